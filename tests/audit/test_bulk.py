"""What many rows written at once leave behind, and what they cost."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db.models import F

from audit.acts import acting
from audit.history import CHUNK
from audit.models import ChangeSet, User
from contacts.models import Person, Team
from inventory import schedule
from inventory.models import Consumer, Secret
from tests.factories import make_environment, make_person, make_secret, make_service, make_team, make_type


@pytest.fixture
def by_security(security: User) -> Iterator[User]:
    with acting(actor=security, source=ChangeSet.Source.WEB, reason="As agreed"):
        yield security


@pytest.fixture
def rows_from_before(db: None) -> None:
    """Two teams and people that were there before the act under test."""
    make_person(name="Wen Li", team=make_team(name="Web"))
    make_person(name="Olga Novak", team=make_team(name="Ops"))


def last_act() -> list[tuple[str, str, list[Any]]]:
    rows = ChangeSet.objects.latest("pk").rows.order_by("pk")
    return [
        (row.object_text, row.change_type, [(diff["label"], diff["before"], diff["after"]) for diff in row.fields])
        for row in rows
    ]


def test_added_rows_share_one_change_set(by_security: User) -> None:
    Team.objects.bulk_create([Team(name="Web"), Team(name="Ops")])

    assert last_act() == [("Web", "+", [("Name", "", "Web")]), ("Ops", "+", [("Name", "", "Ops")])]
    assert sorted(Team.history.values_list("name", flat=True)) == ["Ops", "Web"]


def test_changed_rows_share_one_change_set(rows_from_before: None, by_security: User) -> None:
    people = list(Person.objects.order_by("pk"))
    for person in people:
        person.phone = "+49 30 1"

    Person.objects.bulk_update(people, ["phone"])

    assert last_act() == [
        ("Wen Li", "~", [("Phone", "", "+49 30 1")]),
        ("Olga Novak", "~", [("Phone", "", "+49 30 1")]),
    ]


def test_what_was_not_written_in_bulk_is_not_told_of(rows_from_before: None, by_security: User) -> None:
    person = Person.objects.get(name="Wen Li")
    person.name, person.phone = "Somebody Else", "+49 30 1"

    Person.objects.bulk_update([person], ["phone"])

    assert last_act() == [("Wen Li", "~", [("Phone", "", "+49 30 1")])]


def test_an_update_tells_of_the_rows_that_differ_now(rows_from_before: None, by_security: User) -> None:
    web = Team.objects.get(name="Web")

    count = Person.objects.update(team=web)

    assert count == 2
    assert last_act() == [("Olga Novak", "~", [("Team", "Ops", "Web")])]


def test_an_update_may_calculate(by_security: User) -> None:
    environment = make_environment(code="prod", position=3)

    type(environment).objects.update(position=F("position") + 1)

    assert last_act()[1:] == [("Production", "~", [("Position", "3", "4")])]


def test_an_update_may_choose_rows_through_other_tables(rows_from_before: None, by_security: User) -> None:
    gone = make_person(name="Gone", is_active=False)
    make_secret(name="prod/stripe/a", owner=gone)
    make_secret(name="prod/stripe/b")
    make_secret(name="prod/stripe/c", owner=Person.objects.get(name="Wen Li"))

    count = Secret.objects.without_owner().distinct().update(purpose="Payments")

    assert count == 2
    assert list(Secret.objects.order_by("name").values_list("purpose", flat=True)) == ["Payments", "Payments", ""]


def test_an_update_moves_what_follows_from_it(by_security: User) -> None:
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        yearly = make_type(name="Certificates", rotation_interval_days=365)
        secret = make_secret(name="prod/stripe/a", last_rotated_on=date(2026, 1, 1))

    Secret.objects.filter(pk=secret.pk).update(type=yearly)

    secret.refresh_from_db()
    assert secret.next_rotation_on == date(2027, 1, 1)
    assert last_act() == [
        ("prod/stripe/a", "~", [("Type", "API Keys", "Certificates")]),
        ("prod/stripe/a", "~", [("Next rotation", "2026-04-01", "2027-01-01")]),
    ]


def test_a_bulk_update_of_other_facts_leaves_dates_alone(by_security: User) -> None:
    secret = make_secret(last_rotated_on=date(2026, 1, 1))
    stale = Secret.objects.get()
    with schedule.recording():
        Secret.objects.filter(pk=secret.pk).update(last_rotated_on=date(2026, 7, 1))

    stale.purpose = "Payments"
    Secret.objects.bulk_update([stale], ["purpose"])

    secret.refresh_from_db()
    assert (secret.purpose, secret.next_rotation_on) == ("Payments", date(2026, 9, 29))


def test_removed_rows_share_one_change_set(rows_from_before: None, by_security: User) -> None:
    Person.objects.all().delete()

    assert sorted(line[:2] for line in last_act()) == [("Olga Novak", "-"), ("Wen Li", "-")]
    assert Person.history.filter(history_type="-").count() == 2


def test_an_update_that_changes_nothing_leaves_nothing(rows_from_before: None, by_security: User) -> None:
    before = ChangeSet.objects.count()

    count = Person.objects.update(is_active=True)

    assert (count, ChangeSet.objects.count()) == (2, before)


def test_rows_that_may_exist_already_are_not_added_in_bulk(by_security: User) -> None:
    with pytest.raises(ValueError, match="say which to add and which to change"):
        Team.objects.bulk_create([Team(name="Web")], ignore_conflicts=True)


def secrets(number: int) -> list[Secret]:
    made = make_type(), make_environment(), make_service()
    return [
        Secret(type=made[0], environment=made[1], service=made[2], credential_type=f"key_{index}")
        for index in range(number)
    ]


# SQLite takes few values in one statement, so Django parts a chunk there.
NUMBERS = [1, 3, pytest.param(CHUNK, marks=pytest.mark.postgresql)]


@pytest.mark.parametrize("number", NUMBERS)
def test_adding_costs_the_same_for_one_row_and_for_a_chunk(
    by_security: User, django_assert_num_queries: Any, number: int
) -> None:
    rows = secrets(number)

    with django_assert_num_queries(12):
        Secret.objects.bulk_create(rows)


@pytest.mark.parametrize("number", NUMBERS)
def test_changing_costs_the_same_for_one_row_and_for_a_chunk(
    by_security: User, django_assert_num_queries: Any, number: int
) -> None:
    Secret.objects.bulk_create(secrets(number))

    with django_assert_num_queries(15):
        Secret.objects.update(purpose="Payments")


@pytest.mark.parametrize("number", [1, 3, 100])  # Django itself removes a hundred at a time
def test_removing_costs_the_same_for_one_row_and_for_many(
    by_security: User, django_assert_num_queries: Any, number: int
) -> None:
    secret = make_secret()
    Consumer.objects.bulk_create(Consumer(secret=secret, name=f"Consumer {index}") for index in range(number))

    with django_assert_num_queries(31):
        secret.delete()


@pytest.mark.postgresql
def test_every_further_chunk_costs_the_same(by_security: User, django_assert_num_queries: Any) -> None:
    Secret.objects.bulk_create(secrets(2 * CHUNK))

    with django_assert_num_queries(15 + 12):
        Secret.objects.update(purpose="Payments")


def test_every_row_of_every_chunk_is_told_of(by_security: User) -> None:
    Team.objects.bulk_create([Team(name=f"Team {number}") for number in range(2 * CHUNK + 1)])

    count = Team.objects.update(lead=make_person(name="Wen Li"))

    assert count == 2 * CHUNK + 1
    assert Team.history.filter(history_type="~", lead__name="Wen Li").count() == 2 * CHUNK + 1
