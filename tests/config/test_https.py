"""What changes where the register stands behind HTTPS, and that its styles and scripts can be served there."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as register
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client

from audit.acts import acting
from audit.models import ChangeSet, User
from rotations.feed_acts import make_feed


@pytest.fixture
def https(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True


def test_pages_asked_for_without_https_are_asked_for_again(client: Client, https: None, db: None) -> None:
    answer = client.get("/accounts/login/")

    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/accounts/login/")


def test_health_answers_without_https(client: Client, https: None, db: None) -> None:
    assert client.get("/healthz").status_code == 200


@pytest.fixture
def address(security: User) -> str:
    """The address of a feed, without scheme and host."""
    with acting(actor=security, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        return urlsplit(make_feed(by=security, scope="everything").address).path


def test_a_calendar_asked_for_without_https_is_refused_and_not_redirected(
    client: Client, https: None, address: str
) -> None:
    answer = client.get(address)

    assert (answer.status_code, answer["Content-Type"]) == (403, "text/plain; charset=utf-8")
    assert "Location" not in answer
    assert answer.content.decode() == (
        "Calendar addresses are read over https only: subscribe to the one that begins with https://."
        " Reset this one on the calendar page first, because it was sent unprotected.\n"
    )


def test_an_unknown_calendar_is_refused_alike_without_https(client: Client, https: None, address: str) -> None:
    known, unknown = client.get(address), client.get(f"{address[:-8]}AAAA.ics")

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)


def test_a_calendar_answers_over_https(client: Client, https: None, address: str) -> None:
    assert client.get(address, secure=True)["Content-Type"].startswith("text/calendar")


def test_a_register_without_https_serves_calendars_over_http(client: Client, address: str) -> None:
    assert client.get(address)["Content-Type"].startswith("text/calendar")


def test_the_calendar_page_is_still_redirected(client: Client, https: None, db: None) -> None:
    assert client.get("/calendar/").status_code == 301


def test_browsers_are_told_to_insist(client: Client, https: None, db: None) -> None:
    answer = client.get("/accounts/login/", secure=True)

    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_proxy_is_believed_only_where_it_is_trusted(client: Client, https: None, db: None, settings: Any) -> None:
    claimed = {"HTTP_X_FORWARDED_PROTO": "https"}
    doubted = client.get("/accounts/login/", **claimed).status_code

    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert (doubted, Client().get("/accounts/login/", **claimed).status_code) == (301, 200)


def test_a_host_that_is_not_ours_is_refused(client: Client, db: None) -> None:
    assert client.get("/accounts/login/", headers={"host": "elsewhere.example"}).status_code == 400


def test_every_file_that_styles_name_can_be_collected(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = register.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    assert staticfiles_storage.url("ux.css") == f"/static/{next(tmp_path.glob('ux.*.css')).name}"
