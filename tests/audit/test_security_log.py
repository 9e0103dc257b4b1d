"""The security log: one line for each event, with the account and the address, and nothing that was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.http import HttpResponseForbidden
from django.test import Client, RequestFactory
from django.urls import reverse

from audit.acts import acting
from audit.clients import address_of, network_of
from audit.models import ChangeSet, User
from audit.security_log import log_refusals, one_line
from config.logging import logging_config, mask
from contacts.models import Person
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NEW = "correct horse battery staple"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    """Everything that the security log holds, as it would be written."""
    caplog.set_level("INFO", logger="audit.security")
    return lambda: [mask(record.getMessage()) for record in caplog.records if record.name == "audit.security"]


def sign_in(client: Client, **fields: Any) -> Any:
    return client.post("/accounts/login/", {"username": "sam", "password": PASSWORD} | fields)


def test_signing_in_and_out_is_told(client: Client, security: User, lines: Any) -> None:
    sign_in(client)
    client.post("/accounts/logout/")

    who = f'"sam" ({security.pk}) from 127.0.0.1'
    assert lines() == [f"Signed in: {who}", f"Signed out: {who}"]


def test_signing_out_nobody_is_not_told(client: Client, lines: Any) -> None:
    client.post("/accounts/logout/")

    assert lines() == []


def test_a_wrong_password_is_told_with_the_account(client: Client, security: User, lines: Any) -> None:
    sign_in(client, password="guessed-4711")

    assert lines() == [f'Sign-in failed: "sam" ({security.pk}) from 127.0.0.1']


def test_a_password_typed_where_the_name_belongs_is_not_told(
    client: Client, security: User, lines: Any, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(client, username="horse battery", password="")
    sign_in(client, username="horse battery", password="sam")

    assert lines() == ["Sign-in failed: an unknown name from 127.0.0.1"]
    assert "horse" not in caplog.text


def test_ones_own_new_password_is_told_without_it(
    client: Client, outsider: User, lines: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(outsider)
    typed = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}

    client.post("/accounts/password/", typed | {"new_password2": "something else"})
    client.post("/accounts/password/", typed)

    assert lines()[1:] == [f'Password changed: "otto" ({outsider.pk}) by themselves from 127.0.0.1']
    assert "horse" not in caplog.text


def test_a_password_set_by_security_is_told_with_both(
    client: Client, security: User, auditor: User, lines: Any
) -> None:
    client.force_login(security)
    typed = {"usable_password": "true", "password1": NEW, "password2": NEW}

    client.post(reverse("admin:auth_user_password_change", args=[auditor.pk]), typed)

    told = f'Password changed: "ada" ({auditor.pk}) by "sam" ({security.pk}) from 127.0.0.1'
    assert lines()[1:] == [told]


def test_what_somebody_may_not_do_is_told_by_the_name_of_the_page(client: Client, owner: Person, lines: Any) -> None:
    client.force_login(owner.account)

    client.post("/import/?q=hunter2")

    assert lines()[1:] == [f'Permission denied: POST documents:import by "olga" ({owner.account.pk}) from 127.0.0.1']


def test_a_form_without_its_token_is_told(security: User, lines: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(security)

    client.post("/preferences/", {"theme": "dark"})
    Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "sam", "password": PASSWORD})

    assert lines()[1:] == [
        f'CSRF check failed: POST audit:preferences by "sam" ({security.pk}) from 127.0.0.1',
        "CSRF check failed: POST login by nobody from 127.0.0.1",
    ]


def test_a_name_cannot_begin_a_line_of_its_own(client: Client, db: None, lines: Any) -> None:
    forged = 'sam" (1) from 10.0.0.1\nSigned in: "root'
    account = make_user(username=forged)

    client.force_login(account)

    assert lines() == [
        f'Signed in: "sam\\" (1) from 10.0.0.1\\u000aSigned in: \\"root" ({account.pk}) from an unknown address'
    ]


def test_a_path_cannot_begin_a_line_of_its_own(rf: RequestFactory, outsider: User, lines: Any) -> None:
    request = rf.get("/nothing/%0aSigned%20in/?q=hunter2")
    request.user = outsider

    log_refusals(lambda request: HttpResponseForbidden())(request)

    told = f'Permission denied: GET /nothing/\\u000aSigned in/ by "otto" ({outsider.pk}) from 127.0.0.1'
    assert lines() == [told]


@pytest.mark.parametrize("mark", ["\r", "\n", "\x00", "\x1b", "\x85", "\u2028", "\u2029", "\u202e", "\u200b"])
def test_whatever_ends_a_line_or_hides_is_written_out(mark: str) -> None:
    assert one_line(f"a{mark}b") == f"a\\u{ord(mark):04x}b"


def test_the_security_log_is_kept_at_every_level() -> None:
    assert logging_config("ERROR")["loggers"]["audit.security"]["level"] == "INFO"


def test_names_tried_outside_of_a_page_are_told_too(security: User, lines: Any) -> None:
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="To try it"):
        authenticate(username="sam", password="guessed")

    assert lines() == [f'Sign-in failed: "sam" ({security.pk}) from an unknown address']


ADDRESSES = [
    (False, "192.0.2.1", "", "192.0.2.1"),
    (False, "192.0.2.1", "203.0.113.7", "192.0.2.1"),
    (True, "10.0.0.1", "", "10.0.0.1"),
    (True, "10.0.0.1", "203.0.113.7", "203.0.113.7"),
    (True, "10.0.0.1", "6.6.6.6, 203.0.113.7", "203.0.113.7"),
    (True, "10.0.0.1", "6.6.6.6,203.0.113.7:50123", "203.0.113.7"),
    (True, "10.0.0.1", "[2001:db8::7]:50123", "2001:db8::7"),
    (True, "10.0.0.1", "6.6.6.6, no\naddress", "10.0.0.1"),
    (True, "", "", "an unknown address"),
    (False, "::ffff:192.0.2.1", "", "192.0.2.1"),
    (False, "fe80::1%eth0", "", "fe80::1"),
]


@pytest.mark.parametrize(("trusted", "connected", "forwarded", "expected"), ADDRESSES)
def test_the_address_is_the_one_nobody_could_make_up(
    rf: RequestFactory, settings: Any, trusted: bool, connected: str, forwarded: str, expected: str
) -> None:
    settings.TRUST_PROXY = trusted
    request = rf.get("/", REMOTE_ADDR=connected, **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}))

    assert address_of(request) == expected


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("an unknown address", "an unknown address"),
    ],
)
def test_a_network_of_ipv6_counts_as_one(address: str, network: str) -> None:
    assert network_of(address) == network
