"""Passwords are typed as people and their programs like, taken as they are, and open a session of its own."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.acts import acting
from audit.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LONG = "  Ein Hügel aus Glas \u2014 " + "und viele Wörter " * 6 + "\U0001f511 "


def change(client: Client, old: str, new: str) -> bool:
    sent = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(reverse("password_change"), sent).status_code == 302


def test_a_new_password_needs_the_one_that_is(client: Client, security: User) -> None:
    client.force_login(security)

    assert not change(client, "another one than it is", LONG)
    assert change(client, PASSWORD, LONG)


@pytest.mark.parametrize("common", ["qwerty123456", "q1w2e3r4t5y6", "1QAZ2wsx3edc"])
def test_a_common_password_is_refused_and_a_long_one_of_any_characters_is_not(common: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(common)

    for any_characters in ("tangerinelighthouse", "8417 5529 3306 x", "ÄÖÜ äöü ß ẞ éè", LONG):
        validate_password(any_characters)


def test_a_password_is_taken_as_it_was_typed(client: Client, security: User) -> None:
    client.force_login(security)
    assert change(client, PASSWORD, LONG)
    client.logout()

    tried = {typed: client.login(username=security.username, password=typed) for typed in (LONG.strip(), LONG[:72])}

    assert len(LONG) > 100
    assert tried == {LONG.strip(): False, LONG[:72]: False}
    answer = client.post(reverse("login"), {"username": security.username, "password": LONG})
    assert answer.status_code == 302


def test_a_password_does_not_age(client: Client) -> None:
    with acting(actor=None, source="system", reason="Made for a test"):
        User.objects.filter(pk=make_user(username="old").pk).update(date_joined=timezone.now() - timedelta(days=3650))

    assert client.post(reverse("login"), {"username": "old", "password": PASSWORD}).status_code == 302


def test_passwords_are_hidden_and_may_be_pasted_and_filled_in(client: Client, security: User) -> None:
    pages = [client.get(reverse("login")).content.decode()]
    client.force_login(security)
    pages.append(client.get(reverse("password_change")).content.decode())
    fields = re.findall(r"<input[^>]*name=\"(?:old_|new_)?password[12]?\"[^>]*>", " ".join(pages))
    script = (Path(settings.BASE_DIR) / "static" / "ux.js").read_text()

    assert len(fields) == 4
    assert all('type="password"' in field and "autocomplete=" in field for field in fields)
    assert not any('autocomplete="off"' in field or "onpaste" in field for field in fields)
    assert '"paste"' not in script


def test_signing_in_begins_a_new_session_with_a_long_random_key(client: Client, security: User) -> None:
    client.get(reverse("login"))
    keys = []
    for _ in range(3):
        client.post(reverse("login"), {"username": security.username, "password": PASSWORD})
        keys.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
        client.post(reverse("logout"))

    assert len(set(keys)) == 3
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)  # 36**32 is more than 2**165
    assert not Session.objects.filter(pk__in=keys).exists()


def test_every_page_offers_to_sign_out(as_security: Client) -> None:
    pages = [reverse(name) for name in ("rotations:home", "inventory:secrets", "audit:changes", "contacts:people")]

    for place in (*pages, reverse("admin:index"), reverse("admin:inventory_secret_changelist")):
        assert re.search(r'action="/(?:accounts|admin)/logout/"', as_security.get(place).content.decode()), place


def test_the_script_stores_nothing_in_the_browser() -> None:
    script = (Path(settings.BASE_DIR) / "static" / "ux.js").read_text()

    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie", script)
