"""Who is told of what, written down once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from audit.acts import acting
from contacts.models import Absence, EscalationStep, Person
from rotations.collecting import Collected
from rotations.models import Reminder, ReminderMessage, ReminderRun
from rotations.recording import record_rotation
from tests.factories import (
    TODAY,
    make_acknowledgement,
    make_clean_up,
    make_person,
    make_secret,
    make_team,
    make_user,
)
from tests.rotations.reminding import an_act, day, gather, sent, told_until, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    with override_settings(SENDS_MAIL=True):
        yield


@pytest.fixture
def lead(db: None) -> Person:
    return make_person(name="Lee Lead", email="lee@example.org")


@pytest.fixture
def path(lead: Person) -> None:
    """The document's path: owner, backup owner, team lead, the security team."""
    security = make_team(name="Security", lead=make_person(name="Sia Security", email="sia@example.org"))
    with an_act():
        for position, kind in enumerate(("owner", "backup_owner", "team_lead")):
            EscalationStep.objects.create(kind=kind, position=position)
        EscalationStep.objects.create(kind="team", team=security, position=3)


@pytest.fixture
def key(owner: Person, backup_owner: Person, lead: Person, path: None) -> Any:
    team = make_team(name="Ops", lead=lead)
    return make_secret(
        name="prod/stripe/key", owner=owner, backup_owner=backup_owner, team=team, next_rotation_on=day(30)
    )


def reasons() -> dict[str, str]:
    rows = Reminder.objects.filter(message__state="waiting").select_related("person").order_by("person__name")
    return {row.person.name: row.reason for row in rows}


def away(person: Person, first: int, last: int) -> None:
    with an_act():
        Absence.objects.create(person=person, first_on=day(first), last_on=day(last))


def test_a_secret_climbs_its_ladder_and_the_path_until_it_is_rotated(key: Any, security: Any) -> None:
    days = told_until(day(45))

    name = "prod/stripe/key"
    assert {(on - TODAY).days: sorted(told) for on, told in days.items()} == {
        0: ["Olga Owner"],
        23: ["Olga Owner"],
        30: ["Ben Backup", "Olga Owner"],
        31: ["Ben Backup", "Lee Lead", "Olga Owner"],
        37: ["Ben Backup", "Lee Lead", "Olga Owner", "Sia Security"],
        44: ["Ben Backup", "Lee Lead", "Olga Owner", "Sia Security"],
    }
    assert [told["Olga Owner"] for told in days.values()] == [[(name, days)] for days in (-30, -7, 0, 1, 7, 14)]
    with acting(actor=security, source="web", reason=""):
        record_rotation(secrets=[key], on=day(46), by=security, today=day(46), old_revoked=True)
        key.refresh_from_db()
        key.next_rotation_reason, key.next_rotation_on = "As agreed", day(200)
        key.save()
    assert told_until(day(120), first=day(46)) == {}


def test_a_second_run_and_a_later_one_that_day_write_nothing(key: Any) -> None:
    first, again = gather(), gather()
    sent()
    later = gather()

    assert (first, again, later) == (Collected(1, 0), Collected(0, 0), Collected(0, 0))
    assert (Reminder.objects.count(), ReminderMessage.objects.count()) == (1, 1)
    assert ReminderRun.objects.values_list("on", "made", "nobody").get() == (TODAY, 1, 0)


def test_missed_days_are_caught_up_with_one_message(key: Any) -> None:
    gather(day(-1))
    nothing = waiting()
    gather(day(32))

    assert nothing == {}
    assert waiting() == {each: [("prod/stripe/key", 1)] for each in ("Ben Backup", "Lee Lead", "Olga Owner")}


def test_it_is_said_why_somebody_is_told(key: Any) -> None:
    gather(day(37))

    assert reasons() == {
        "Olga Owner": "You own it.",
        "Ben Backup": "You back it up.",
        "Lee Lead": "You lead Ops. It goes up the escalation path.",
        "Sia Security": "You lead Security. It goes up the escalation path.",
    }


def test_who_is_away_is_skipped_for_the_next_and_told_on_return(key: Any, owner: Person) -> None:
    away(owner, 0, 3)

    days = told_until(day(10))

    assert {(on - TODAY).days: sorted(told) for on, told in days.items()} == {0: ["Ben Backup"], 4: ["Olga Owner"]}
    first = Reminder.objects.order_by("pk")[0]
    assert first.reason == f"You back it up. Olga Owner is away until {day(3)}."


def test_a_message_that_waits_is_taken_back_when_its_person_goes_away(key: Any, owner: Person) -> None:
    gather()
    away(owner, 1, 3)

    gather(day(1))

    assert waiting() == {"Ben Backup": [("prod/stripe/key", -30)]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"is_active": False}, "Olga Owner is no longer active"),
        ({"email": ""}, "Olga Owner has no e-mail address"),
        ({"told_by": "nothing"}, "Olga Owner wants no reminders"),
        ({"told_by": "slack"}, "Olga Owner has no Slack user ID, and the team no channel"),
    ],
)
def test_who_cannot_be_told_is_named_to_the_next(key: Any, owner: Person, change: Any, words: str) -> None:
    with an_act():
        Person.objects.filter(pk=owner.pk).update(**change)

    gather()

    assert reasons() == {"Ben Backup": f"You back it up. {words}."}


def test_who_could_not_be_reached_is_left_out_until_the_address_is_another(key: Any, owner: Person) -> None:
    ReminderMessage.objects.create(
        person=owner, channel="email", on=day(-1), state="undeliverable", address="olga@example.org"
    )

    gather()
    assert reasons() == {"Ben Backup": "You back it up. What was sent to Olga Owner lately could not be delivered."}
    with an_act():
        Person.objects.filter(pk=owner.pk).update(email="olga.owner@example.org")
    gather()

    assert waiting() == {name: [("prod/stripe/key", -30)] for name in ("Ben Backup", "Olga Owner")}


def test_where_nobody_on_the_path_can_be_told_security_is(key: Any, owner: Person) -> None:
    with an_act():
        Person.objects.update(email="")
    make_user(roles=("security",), person=make_person(name="Sam Security", email="sam@example.org"))

    gather()

    assert reasons()["Sam Security"].startswith("You are in security. It goes up the escalation path. Olga Owner has")


def test_where_nobody_at_all_can_be_told_it_is_counted(key: Any) -> None:
    with an_act():
        Person.objects.update(email="")

    assert gather() == Collected(0, 1)


def test_secrets_without_a_date_or_an_owner_climb_a_ladder_to_who_can_mend_it(
    owner: Person, backup_owner: Person, lead: Person, path: None
) -> None:
    team = make_team(name="Ops", lead=lead)
    make_secret(name="prod/a/undated", owner=owner, backup_owner=backup_owner, team=team)
    make_secret(name="prod/b/unowned", team=team, next_rotation_on=day(200))

    days = told_until(day(14))

    assert {(on - TODAY).days: told for on, told in days.items()} == {
        0: {"Lee Lead": [("prod/b/unowned", 0)], "Olga Owner": [("prod/a/undated", 0)]},
        7: {
            "Ben Backup": [("prod/a/undated", 7)],
            "Lee Lead": [("prod/b/unowned", 7)],
            "Olga Owner": [("prod/a/undated", 7)],
            "Sia Security": [("prod/b/unowned", 7)],
        },
        14: {
            "Ben Backup": [("prod/a/undated", 14)],
            "Lee Lead": [("prod/b/unowned", 14)],
            "Olga Owner": [("prod/a/undated", 14)],
            "Sia Security": [("prod/b/unowned", 14)],
        },
    }
    assert Reminder.objects.filter(person=lead)[0].reason == (
        "You lead Ops. It goes up the escalation path. No owner. No backup owner."
    )


def test_acknowledging_quiets_ones_own_messages_until_a_day_and_nobody_elses(
    key: Any, owner: Person, backup_owner: Person
) -> None:
    gather(day(30))
    make_acknowledgement(person=owner, secret=key, due_on=day(30), until_on=day(35))
    gather(day(30))
    waits = waiting()

    days = told_until(day(36), first=day(30))

    assert waits == {"Ben Backup": [("prod/stripe/key", 0)]}
    assert [(on - TODAY).days for on, told in days.items() if "Olga Owner" in told] == [36]


def test_acknowledging_is_of_one_due_date(key: Any, owner: Person) -> None:
    make_acknowledgement(person=owner, secret=key, due_on=day(-60), until_on=day(35))

    gather()

    assert waiting() == {"Olga Owner": [("prod/stripe/key", -30)]}


def test_what_waits_is_dropped_when_the_due_date_moves(key: Any) -> None:
    gather()
    with an_act():
        key.next_rotation_on = day(31)
        key.save()

    gather()

    assert waiting() == {}


def test_what_could_not_be_sent_yesterday_goes_with_todays_message(key: Any, owner: Person) -> None:
    gather()
    make_secret(name="prod/z/key", owner=owner, next_rotation_on=day(31))

    gather(day(1))

    assert waiting() == {"Olga Owner": [("prod/stripe/key", -30), ("prod/z/key", -30)]}
    assert ReminderMessage.objects.values_list("on", flat=True).get() == day(1)


@override_settings(SLACK_TOKEN="a-token")
def test_who_wants_both_gets_both(key: Any, owner: Person) -> None:
    with an_act():
        Person.objects.filter(pk=owner.pk).update(told_by="both", slack_user_id="U1")

    assert gather() == Collected(2, 0)


def test_nothing_is_written_where_nothing_can_be_sent(key: Any) -> None:
    with override_settings(SENDS_MAIL=False):
        assert gather() == Collected(0, 1)


@pytest.mark.parametrize("number", [1, 3, 20])
def test_gathering_costs_the_same_however_many_there_are(
    path: None, django_assert_num_queries: Callable[[int], Any], number: int
) -> None:
    for count in range(number):
        person = make_person(email=f"p{count}@example.org")
        make_secret(owner=person, next_rotation_on=TODAY)
        make_secret(owner=person)
        make_clean_up(owner=person)

    alone = 5 if connection.vendor == "postgresql" else 0  # the lock of whoever gathers, and how lists are joined
    with django_assert_num_queries(44 + alone):
        gather()
