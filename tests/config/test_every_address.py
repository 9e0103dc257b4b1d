"""What every address answers alike, the admin's too: TRACE is refused, and no cache keeps a page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import User
from tests.permissions import admin_addresses
from tests.permissions.test_pages import ARGUMENTS, PAGES, SENT, addresses, some_address, undone
from tests.permissions.test_verbs import person_with, things_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK", "FOO"])
def test_no_address_repeats_what_was_sent(client: Client, security: User, method: str) -> None:
    places = [some_address(name, pattern) for name, pattern in addresses()]
    everywhere = [*places, "/", "/nothing/", "/static/ux.css", "/admin/nothing/"]

    signed_out = {place: client.generic(method, place).status_code for place in everywhere}
    client.force_login(security)
    signed_in = {place: client.generic(method, place).status_code for place in everywhere}

    assert signed_out == signed_in == dict.fromkeys(everywhere, 405)


def test_trace_is_refused_before_it_is_redirected(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.trace("/secrets/").status_code == 405


def test_no_cache_keeps_a_page_of_somebody_signed_in(client: Client) -> None:
    account = person_with("security").account
    things = things_of(person_with("owner"), "theirs")
    client.force_login(account)
    session, kept, looked_at = client.cookies.copy(), {}, set()
    for name in PAGES:
        client.cookies = session.copy()
        with undone():
            address = reverse(name, kwargs=ARGUMENTS.get(name, lambda things: {})(things))
            answer = client.get(address, SENT.get(name, lambda things: {})(things))
        if answer.get("Content-Type", "").startswith("text/html"):
            looked_at.add(name)
            kept[name] = answer.get("Cache-Control", "")
    for name, _ in addresses():
        place = admin_addresses.address(name)
        if place is not None:
            answer = client.get(place)
            looked_at.add(name)
            kept[name] = answer.get("Cache-Control", "")

    assert {name: words for name, words in kept.items() if "no-store" not in words} == {}
    assert {"inventory:secrets", "audit:changes", "audit:preferences", "admin:inventory_secret_changelist"} <= looked_at


@pytest.mark.parametrize("address", ["/nothing/", "/changes/999999/", "/secrets/?q=password%3Dhunter2x9Q"])
def test_no_cache_keeps_a_refusal(as_security: Client, address: str) -> None:
    answer = as_security.get(address)

    assert answer.status_code in (400, 404)
    assert "no-store" in answer["Cache-Control"]


def test_every_answer_says_what_it_is(client: Client) -> None:
    account = person_with("security").account
    things = things_of(person_with("owner"), "theirs")
    client.force_login(account)
    session, kinds = client.cookies.copy(), {}
    for name in PAGES:
        client.cookies = session.copy()
        with undone():
            address = reverse(name, kwargs=ARGUMENTS.get(name, lambda things: {})(things))
            answer = client.get(address, SENT.get(name, lambda things: {})(things))
        kinds[name] = answer.get("Content-Type", "")

    texts = {name: kind.lower() for name, kind in kinds.items() if kind.startswith("text/")}
    assert {name: kind for name, kind in texts.items() if not kind.endswith("; charset=utf-8")} == {}
    assert {"rotations:feed": "text/calendar; charset=utf-8"}.items() <= texts.items()
    assert {"inventory:csv": "text/csv; charset=utf-8"}.items() <= texts.items()


@pytest.mark.parametrize(
    "place",
    [
        *("/.git/HEAD", "/.git/config", "/.env", "/manage.py", "/pyproject.toml", "/config/settings.py"),
        *("/var/demo.sqlite3", "/static/", "/static/../manage.py", "/static/%2e%2e/manage.py", "/admin/../.git/HEAD"),
    ],
)
def test_no_file_of_the_project_is_served(as_security: Client, place: str) -> None:
    assert as_security.get(place).status_code == 404
