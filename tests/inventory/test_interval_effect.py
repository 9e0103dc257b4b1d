"""What another interval of a type would do is told before it is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from inventory.interval_effect import Effect, effect_of
from inventory.models import Secret, SecretType
from tests.admin_pages import address_of, sent_back
from tests.factories import TODAY, make_secret, make_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind() -> SecretType:
    return make_type(name="API Keys", rotation_interval_days=90)


def ago(days: int) -> Any:
    return TODAY - timedelta(days=days)


def test_it_counts_what_moves_and_names_what_becomes_overdue(kind: SecretType) -> None:
    make_secret(name="prod/a/old", type=kind, last_rotated_on=ago(60))
    make_secret(name="prod/a/new", type=kind, last_rotated_on=ago(10))

    effect = effect_of(kind, 30, today=TODAY)

    assert effect == Effect(moves=2, overdue=("prod/a/old",))
    assert effect.words == "Moves the next rotation of 2 secrets, and makes 1 of them overdue: prod/a/old."


def test_it_names_what_is_overdue_no_more(kind: SecretType) -> None:
    make_secret(name="prod/a/late", type=kind, last_rotated_on=ago(100))

    words = "Moves the next rotation of 1 secret, and makes none overdue. No longer overdue: prod/a/late."
    assert effect_of(kind, 365, today=TODAY).words == words


def test_the_last_day_that_is_on_time_is_not_overdue(kind: SecretType) -> None:
    make_secret(type=kind, last_rotated_on=ago(30))

    assert effect_of(kind, 30, today=TODAY).words == "Moves the next rotation of 1 secret, and makes none overdue."


def test_what_has_dates_or_intervals_of_its_own_stays(kind: SecretType) -> None:
    make_secret(type=kind, last_rotated_on=ago(60), rotation_interval_days=45, interval_reason="Agreed")
    make_secret(type=kind, last_rotated_on=ago(60), next_rotation_on=TODAY, next_rotation_reason="Agreed")
    make_secret(type=kind, last_rotated_on=ago(60), status="retired")
    make_secret(type=kind)
    make_secret(type=make_type(name="Other", rotation_interval_days=90), last_rotated_on=ago(60))

    assert effect_of(kind, 30, today=TODAY) == Effect()


def test_what_is_overdue_or_waived_does_not_become_overdue(kind: SecretType) -> None:
    make_secret(type=kind, last_rotated_on=ago(200))
    make_secret(type=kind, last_rotated_on=ago(60), waived_until=TODAY, waived_reason="Agreed")

    assert effect_of(kind, 30, today=TODAY) == Effect(moves=2)


def test_without_an_interval_dates_go(kind: SecretType) -> None:
    make_secret(type=kind, last_rotated_on=ago(60))

    assert effect_of(kind, None, today=TODAY).words == "Leaves 1 secret without a next rotation."


def test_the_first_five_are_named(kind: SecretType) -> None:
    for number in range(7):
        make_secret(name=f"prod/a/key_{number}", type=kind, last_rotated_on=ago(60))

    assert effect_of(kind, 30, today=TODAY).words.endswith(
        "makes 7 of them overdue: prod/a/key_0, prod/a/key_1, prod/a/key_2, prod/a/key_3, prod/a/key_4 and 2 more."
    )


@pytest.mark.parametrize("number", [1, 3, 20])
def test_looking_costs_one_query(kind: SecretType, django_assert_num_queries: Any, number: int) -> None:
    for _ in range(number):
        make_secret(type=kind, last_rotated_on=ago(60))

    with django_assert_num_queries(1):
        effect_of(kind, 30, today=TODAY)


class Page:
    """The page of a type in the admin."""

    def __init__(self, client: Client, kind: SecretType) -> None:
        self.client, self.address = client, address_of(SecretType, "change", kind.pk)

    def sent(self, **fields: str) -> Any:
        return self.client.post(self.address, sent_back(self.client, self.address) | {"change_reason": "x"} | fields)


def test_an_interval_that_is_refused_has_no_effect_to_see(as_security: Client, kind: SecretType) -> None:
    make_secret(type=kind, last_rotated_on=ago(60))

    shown = Page(as_security, kind).sent(rotation_interval_days="0")

    errors = shown.context["adminform"].form.errors
    assert errors == {"rotation_interval_days": ["Rotation interval must be at least 1 day. Leave it empty for none."]}


def test_the_admin_shows_it_and_saves_nothing_the_first_time(as_security: Client, kind: SecretType) -> None:
    today = timezone.localdate()
    make_secret(name="prod/a/b", type=kind, last_rotated_on=today - timedelta(days=60))
    page = Page(as_security, kind)

    shown = page.sent(rotation_interval_days="30")

    words = "Moves the next rotation of 1 secret, and makes 1 of them overdue: prod/a/b."
    form = shown.context["adminform"].form
    assert form.errors == {"rotation_interval_days": [f"Nothing is saved yet. {words} Save again to do it."]}
    assert form["change_reason"].value() == "x"
    assert SecretType.objects.get().rotation_interval_days == 90

    done = page.sent(rotation_interval_days="30", seen_effect=form["seen_effect"].value())

    assert done.status_code == 302
    assert Secret.objects.get().next_rotation_on == today - timedelta(days=30)


def test_another_effect_than_the_one_that_was_seen_is_shown_again(as_security: Client, kind: SecretType) -> None:
    make_secret(type=kind, last_rotated_on=timezone.localdate())
    page = Page(as_security, kind)
    seen = page.sent(rotation_interval_days="30").context["adminform"].form["seen_effect"].value()
    make_secret(type=kind, last_rotated_on=timezone.localdate())

    again = page.sent(rotation_interval_days="30", seen_effect=seen)

    assert "Moves the next rotation of 2 secrets" in str(again.context["adminform"].form.errors)
    assert page.sent(rotation_interval_days="45", seen_effect=seen).status_code == 200
    assert SecretType.objects.get().rotation_interval_days == 90


def test_what_moves_nothing_is_saved_at_once(as_security: Client, kind: SecretType) -> None:
    assert Page(as_security, kind).sent(rotation_interval_days="30").status_code == 302
    assert Page(as_security, kind).sent(provider="Stripe").status_code == 302
