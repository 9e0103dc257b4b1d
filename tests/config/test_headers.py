"""What a browser is told with every answer, and what it is never told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from audit.models import User

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PAGES = ["/", "/secrets/", "/changes/", "/admin/", "/admin/inventory/secret/add/", "/accounts/password/", "/nothing/"]


def policy_of(answer: Any) -> set[str]:
    return set(answer["Content-Security-Policy"].split("; "))


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_under_the_strict_policy(as_security: Client, address: str) -> None:
    answer = as_security.get(address)

    assert policy_of(answer) == POLICY
    assert {name: answer.get(name) for name in HEADERS} == HEADERS
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


def test_pages_for_the_signed_out_are_too(client: Client, db: None) -> None:
    answer = client.get("/accounts/login/")

    assert policy_of(answer) == POLICY
    assert {name: answer.get(name) for name in HEADERS} == HEADERS


def test_a_refusal_is_too(client: Client, outsider: User) -> None:
    client.force_login(outsider)

    answer = client.get("/secrets/")

    assert (answer.status_code, policy_of(answer)) == (403, POLICY)


def test_a_failure_is_too_and_tells_nothing(as_security: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    as_security.raise_request_exception = False
    monkeypatch.setattr("audit.views.localdate", _failing)

    answer = as_security.get("/changes/")

    assert (answer.status_code, policy_of(answer)) == (500, POLICY)
    assert b"hunter2" not in answer.content


def _failing() -> None:
    raise RuntimeError("hunter2")


def test_forms_are_refused_without_their_token(security: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(security)

    assert client.post("/preferences/", {"theme": "dark"}).status_code == 403
    security.refresh_from_db()
    assert security.theme == ""


def test_styles_and_scripts_are_served(client: Client, db: None) -> None:
    answer = client.get("/static/ux.css")

    styles = b"".join(answer.streaming_content)
    answer.close()
    assert (answer.status_code, answer["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    assert styles == (Path(__file__).parents[2] / "static" / "ux.css").read_bytes()


def test_cookies_stay_with_the_register(client: Client, security: User) -> None:
    client.post("/accounts/login/", {"username": "sam", "password": "only-for-tests-4711"})

    session = client.cookies["session"]
    assert (session["httponly"], session["samesite"], session["max-age"]) == (True, "Lax", 12 * 3600)
