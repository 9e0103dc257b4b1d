"""Who fails too often waits, nobody else does, and nothing that was typed is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client

from audit.models import FailedSignIns, User
from audit.throttling import WINDOW, Attempt, begin, failed, refused_until, succeeded
from config.logging import mask
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 14, 12, 0, tzinfo=UTC)
HERE, THERE = "203.0.113.7", "198.51.100.4"


def sign_in(client: Client, name: str = "sam", password: str = "guessed", address: str = HERE) -> Any:
    return client.post("/accounts/login/", {"username": name, "password": password}, REMOTE_ADDR=address)


def fail(count: int, name: str = "sam", address: str = HERE) -> list[int]:
    return [sign_in(Client(), name, address=address).status_code for _ in range(count)]


def let_time_pass(time: timedelta) -> None:
    for row in FailedSignIns.objects.all():
        FailedSignIns.objects.filter(pk=row.pk).update(started_at=row.started_at - time)


def test_after_five_failures_the_right_password_is_refused_too(client: Client, security: User) -> None:
    assert fail(5) == [200] * 5

    answer = sign_in(client, password=PASSWORD)

    assert answer.status_code == 429
    assert 14 * 60 < int(answer["Retry-After"]) <= 15 * 60
    assert "Too many attempts failed. Wait 15 minutes, then try again." in answer.content.decode()
    assert client.get("/preferences/").status_code == 302


def test_who_waits_has_no_password_looked_at(client: Client, security: User, monkeypatch: Any) -> None:
    fail(5)
    asked: list[str] = []
    monkeypatch.setattr("django.contrib.auth.forms.authenticate", lambda *args, **named: asked.append("password"))

    sign_in(client, password=PASSWORD)

    assert asked == []


def test_waiting_is_told_in_the_security_log(client: Client, security: User, caplog: Any) -> None:
    fail(5)
    fail(5, name="horse battery")
    caplog.clear()

    sign_in(client)
    sign_in(client, name="horse battery")

    assert [mask(record.getMessage()) for record in caplog.records if record.name == "audit.security"] == [
        f'Sign-in refused after too many failures: "sam" ({security.pk}) from 203.0.113.7',
        "Sign-in refused after too many failures: an unknown name from 203.0.113.7",
    ]


def test_being_refused_does_not_make_the_wait_longer(client: Client, security: User) -> None:
    fail(5)
    before = list(FailedSignIns.objects.order_by("pk").values_list())

    fail(3)

    assert list(FailedSignIns.objects.order_by("pk").values_list()) == before


def test_after_the_wait_the_password_counts_again(client: Client, security: User) -> None:
    fail(5)
    let_time_pass(WINDOW)

    assert sign_in(client, password=PASSWORD).status_code == 302


def test_the_last_minute_is_told_as_one(client: Client, security: User) -> None:
    fail(5)
    let_time_pass(WINDOW - timedelta(seconds=30))

    assert "Wait 1 minute, then try again." in sign_in(client).content.decode()


def test_nobody_is_kept_out_from_elsewhere_or_under_another_name(client: Client, security: User, auditor: User) -> None:
    fail(6)

    assert sign_in(Client(), password=PASSWORD, address=THERE).status_code == 302
    assert sign_in(Client(), name="ada", password=PASSWORD).status_code == 302


def test_signing_in_forgets_the_failures_of_the_name_but_not_of_the_address(
    client: Client, security: User, settings: Any
) -> None:
    settings.SIGN_IN_FAILURES_PER_ADDRESS = 7
    fail(4)
    sign_in(Client(), password=PASSWORD)

    assert fail(4) == [200, 200, 200, 429]


def test_trying_many_names_from_one_address_ends(client: Client, security: User, settings: Any) -> None:
    settings.SIGN_IN_FAILURES_PER_ADDRESS = 6
    answers = [sign_in(Client(), name=f"guess-{number}").status_code for number in range(7)]

    assert answers == [200] * 6 + [429]
    assert sign_in(client, password=PASSWORD).status_code == 429


def test_all_addresses_of_a_network_of_ipv6_are_one(client: Client, security: User) -> None:
    fail(3, address="2001:db8:1:2::1")
    fail(2, address="2001:db8:1:2:ffff::9")

    assert sign_in(client, address="2001:db8:1:2::abcd").status_code == 429
    assert sign_in(client, address="2001:db8:1:3::1").status_code == 200


def test_a_client_cannot_count_as_somebody_else(client: Client, security: User, settings: Any) -> None:
    settings.TRUST_PROXY = True
    for number in range(5):
        client.post(
            "/accounts/login/",
            {"username": "sam", "password": "guessed"},
            HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, {HERE}",
        )

    answer = client.post(
        "/accounts/login/", {"username": "sam", "password": PASSWORD}, HTTP_X_FORWARDED_FOR=f"10.9.9.9, {HERE}"
    )
    assert answer.status_code == 429


def test_the_numbers_can_be_set(client: Client, security: User, settings: Any) -> None:
    settings.SIGN_IN_FAILURES = 2

    assert fail(3) == [200, 200, 429]


def test_a_name_in_other_letters_is_the_same_name(client: Client, security: User) -> None:
    fail(3, name="sam")
    fail(2, name="SAM")

    assert sign_in(client, name="Sam").status_code == 429


@pytest.mark.parametrize("fields", [{"username": "sam"}, {"password": "guessed"}, {}])
def test_a_form_that_is_not_filled_in_is_no_attempt(client: Client, security: User, fields: dict[str, str]) -> None:
    for _ in range(6):
        client.post("/accounts/login/", fields)

    assert FailedSignIns.objects.count() == 0


def test_nothing_that_was_typed_is_stored(client: Client, db: None) -> None:
    sign_in(client, name="correct horse battery", password="guessed-4711")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_failedsignins")
        stored = repr(cursor.fetchall())
    assert FailedSignIns.objects.count() == 2
    assert [word for word in ("horse", "guessed", HERE) if word in stored] == []


def test_the_same_attempt_has_another_key_in_another_register(settings: Any) -> None:
    first = Attempt("sam", HERE)
    keys = {first.pair, first.place}

    settings.SECRET_KEY = "another-" * 10
    second = Attempt("sam", HERE)

    assert len(keys | {second.pair, second.place}) == 4


def test_what_no_longer_counts_is_removed_by_the_next_failure(db: None) -> None:
    for number in range(3):
        begin(Attempt(f"guess-{number}", HERE), at=NOW)
        failed(Attempt(f"guess-{number}", HERE), at=NOW)

    begin(Attempt("sam", THERE), at=NOW + WINDOW)
    failed(Attempt("sam", THERE), at=NOW + WINDOW)

    last = Attempt("sam", THERE)
    assert set(FailedSignIns.objects.values_list("key", flat=True)) == {last.pair, last.place}


@pytest.mark.parametrize(
    ("after", "until"),
    [
        (timedelta(0), NOW + WINDOW),
        (WINDOW - timedelta(microseconds=1), NOW + WINDOW),
        (WINDOW, None),
        (WINDOW + timedelta(microseconds=1), None),
    ],
)
def test_the_wait_ends_a_quarter_of_an_hour_after_the_first_failure(after: timedelta, until: datetime | None) -> None:
    attempt = Attempt("sam", HERE)
    for second in range(5):
        begin(attempt, at=NOW + timedelta(seconds=second))

    assert refused_until(attempt, at=NOW + after) == until


def test_a_window_that_is_over_begins_anew_with_one_failure(db: None) -> None:
    attempt = Attempt("sam", HERE)
    for _ in range(5):
        begin(attempt, at=NOW)

    assert begin(attempt, at=NOW + WINDOW) is None

    row = FailedSignIns.objects.get(key=attempt.pair)
    assert (row.count, row.started_at) == (1, NOW + WINDOW)


def test_who_succeeds_is_forgotten(db: None) -> None:
    attempt = Attempt("sam", HERE)
    begin(attempt, at=NOW)

    succeeded(attempt)

    assert FailedSignIns.objects.count() == 0


def test_a_known_and_an_unknown_name_are_answered_alike_and_cost_the_same(security: User, monkeypatch: Any) -> None:
    make_user(username="gone", is_active=False)
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *typed: hashed.append("once") or encode(self, *typed))

    def answer(name: str) -> tuple[int, list[str], int]:
        hashed.clear()
        page = sign_in(Client(), name=name)
        return page.status_code, page.context["form"].non_field_errors(), len(hashed)

    assert answer("sam") == answer("nobody") == answer("gone")
    assert answer("sam")[2] == 1
