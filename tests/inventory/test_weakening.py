"""What is marked on an entry when secrets and people are changed, whichever door it comes through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from audit.acts import acting
from audit.models import ChangeMark, ChangeSet, User
from contacts.models import Person
from inventory.models import Secret, SecretType
from inventory.ownership import hand_over
from rotations.recording import record_rotation
from tests.factories import TODAY, make_consumer, make_person, make_rotation, make_secret, make_type, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marks_of(security: User) -> Callable[[Callable[[], Any]], set[str]]:
    def marks(act: Callable[[], Any]) -> set[str]:
        with acting(actor=security, source=ChangeSet.Source.WEB, reason="To see what is marked"):
            act()
        found = ChangeMark.objects.filter(change_set=ChangeSet.objects.latest("pk"))
        return {mark.way or mark.kind for mark in found}

    return marks


def update(row: Any, **values: Any) -> Callable[[], Any]:
    return lambda: type(row).objects.filter(pk=row.pk).update(**values)


def test_an_own_interval_is_compared_with_that_of_the_type(marks_of) -> None:
    secret = make_secret(type=make_type(rotation_interval_days=90))
    own = {"interval_reason": "Agreed"}

    assert marks_of(update(secret, rotation_interval_days=30, **own)) == {"production"}
    assert marks_of(update(secret, rotation_interval_days=180, **own)) == {"production", "interval"}
    assert marks_of(update(secret, rotation_interval_days=None)) == {"production"}


def test_a_type_with_a_longer_interval_counts(marks_of) -> None:
    secret = make_secret(type=make_type(rotation_interval_days=90))
    longer, none = make_type(name="Slow", rotation_interval_days=365), make_type(name="X", rotation_interval_days=None)

    assert marks_of(update(secret, type=longer)) == {"production", "interval"}
    assert marks_of(update(secret, type=none)) == {"production", "interval"}
    assert marks_of(update(secret, type=make_type())) == {"production"}


def test_a_longer_interval_of_a_type_moves_production_secrets_and_is_marked(marks_of) -> None:
    kind = make_type(rotation_interval_days=90)
    make_secret(type=kind, last_rotated_on=TODAY)

    assert marks_of(update(kind, rotation_interval_days=365)) == {"interval", "production", "rotation"}
    assert SecretType.objects.get().rotation_interval_days == 365


def test_the_last_owner_is_missed(marks_of, owner: Person, backup_owner: Person, security: User) -> None:
    secret = make_secret(name="dev/a/b", owner=owner, backup_owner=backup_owner)

    assert marks_of(lambda: hand_over(secrets=[secret], by=security, reason="Left", owner=None)) == {"ownership"}
    assert marks_of(lambda: hand_over(secrets=[secret], by=security, reason="Left", backup_owner=None)) == {
        "ownership",
        "last_owner",
    }


def test_somebody_who_leaves_is_missed_where_nobody_takes_over(marks_of, owner: Person, backup_owner: Person) -> None:
    make_secret(owner=owner, backup_owner=backup_owner)

    assert marks_of(update(owner, is_active=False)) == {"ownership"}
    assert marks_of(update(backup_owner, is_active=False)) == {"ownership", "last_owner"}
    assert marks_of(update(owner, is_active=True)) == {"ownership"}


def test_a_retired_production_secret_is_marked(marks_of) -> None:
    secret, other = make_secret(), make_secret(name="dev/a/b")

    assert marks_of(update(secret, status="retired")) == {"production", "retired"}
    assert marks_of(update(other, status="retired")) == set()


def test_which_environments_are_production_is_a_setting(marks_of, settings) -> None:
    settings.PRODUCTION_ENVIRONMENTS = ["live"]

    assert marks_of(update(make_secret(), purpose="Payments")) == set()
    assert marks_of(update(make_secret(name="live/a/b"), purpose="Payments")) == {"production"}


def test_what_belongs_to_a_production_secret_is_production(marks_of, security: User) -> None:
    secret = make_secret()
    consumer = make_consumer(secret=secret)
    rotation = make_rotation(secrets=(secret,), environment=secret.environment)

    assert marks_of(update(consumer, note="Restart it")) == {"production"}
    assert marks_of(update(rotation, notes="Bring the list")) == {"production", "rotation"}
    assert marks_of(lambda: record_rotation(secrets=[secret], on=TODAY, by=security, today=TODAY)) == {
        "production",
        "rotation",
    }


def test_who_answers_for_a_new_secret_is_ownership(marks_of, owner: Person) -> None:
    assert marks_of(lambda: make_secret(name="dev/a/b", owner=owner)) == {"ownership"}
    assert marks_of(lambda: make_secret(name="dev/a/c")) == set()


def test_a_role_is_marked_and_a_new_person_is_not(marks_of) -> None:
    assert marks_of(lambda: make_user(roles=("owner",))) == {"role"}
    assert marks_of(make_person) == set()


@pytest.mark.parametrize("number", [1, 3, 30])
def test_marking_costs_the_same_however_many_rows(
    security: User, owner: Person, django_assert_num_queries: Any, number: int
) -> None:
    for _ in range(number):
        make_secret(owner=owner)
    with acting(actor=security, source=ChangeSet.Source.WEB, reason="They all go"), django_assert_num_queries(20):
        Secret.objects.update(owner=None)

    ways = ChangeMark.objects.filter(change_set=ChangeSet.objects.latest("pk")).values_list("way", flat=True)
    assert sorted(ways) == ["", "", "last_owner"]
