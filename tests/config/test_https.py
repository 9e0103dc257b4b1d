"""What changes where the register stands behind HTTPS, and that its styles and scripts can be served there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as register
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client


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
