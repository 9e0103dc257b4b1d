"""Of which things people are told: gaps, clean-ups, ladders of their own, and what is waived or retired."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from contacts.models import Person
from inventory import schedule
from rotations.acknowledging import acknowledge
from rotations.models import Reminder, ReminderGap, ReminderMessage, ReminderRung, RotationTask
from tests.factories import TODAY, make_clean_up, make_environment, make_rotation, make_secret, make_type
from tests.rotations.reminding import an_act, day, gather, told_until

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    with override_settings(SENDS_MAIL=True):
        yield


def test_a_gap_that_is_filled_is_forgotten_and_its_message_taken_back(owner: Person) -> None:
    secret = make_secret(owner=owner)
    gather()
    with an_act():
        secret.next_rotation_on, secret.next_rotation_reason = day(90), "As agreed"
        secret.save()

    gather()

    assert (ReminderGap.objects.count(), ReminderMessage.objects.count()) == (0, 0)


def test_a_clean_up_reminds_who_leads_else_who_owns_what_is_still_alive(
    owner: Person, colleague: Person, backup_owner: Person, security: Any
) -> None:
    led = make_clean_up(owner=backup_owner).rotation
    unled = make_rotation(secrets=(make_secret(owner=owner), make_secret(owner=colleague)))
    with an_act():
        RotationTask.objects.create(rotation=unled, kind="clean_up", words="Revoke the old", due_on=TODAY)
        RotationTask.objects.create(rotation=led, words="A step", due_on=TODAY)
        with schedule.recording():
            unled.items.filter(secret__owner=owner).update(outcome="rotated", rotated_on=TODAY)
        for secret_owner in (owner, colleague):
            secret_owner.secrets.update(next_rotation_on=day(90), next_rotation_reason="As agreed")

    days = told_until(day(8))

    on_the_day = {"Ben Backup": [("Revoke", 0)], "Olga Owner": [("Revoke the old", 0)]}
    assert days[TODAY] == on_the_day
    assert {(on - TODAY).days for on in days} == {0, 1, 8}
    with an_act():
        RotationTask.objects.filter(words="Revoke").update(done_at="2026-07-22T10:00Z")
        unled.items.filter(outcome="rotated").update(old_revoked_on=TODAY)
    assert told_until(day(40), first=day(9)) == {}


def test_a_clean_up_that_moves_ends_the_quiet_about_its_day_of_before(owner: Person) -> None:
    task = make_clean_up(owner=owner)
    gather()
    with an_act():
        acknowledge(reminders=Reminder.objects.all(), person=owner, until_on=day(30), by=owner.account, today=TODAY)
    while_quiet = told_until(day(8), first=day(1))
    with an_act():
        RotationTask.objects.filter(pk=task.pk).update(due_on=day(10))

    days = told_until(day(20), first=day(9))

    assert (while_quiet, {(on - TODAY).days for on in days}) == ({}, {10, 11, 18})


def test_the_most_specific_ladder_is_climbed(owner: Person) -> None:
    kind, place = make_type(name="Certificates"), make_environment(code="prod")
    with an_act():
        ReminderRung.objects.create(label="Early", days=-60, steps=1, type=kind, environment=place)
        ReminderRung.objects.create(label="Early", days=-50, steps=1, type=kind)
    for environment in ("prod", "dev"):
        make_secret(name=f"{environment}/a/cert", type=kind, owner=owner, next_rotation_on=day(60))
        make_secret(name=f"{environment}/a/key", owner=owner, next_rotation_on=day(60))

    days = told_until(day(31))

    assert {(on - TODAY).days: told["Olga Owner"] for on, told in days.items()} == {
        0: [("prod/a/cert", -60)],
        10: [("dev/a/cert", -50)],
        30: [("dev/a/key", -30), ("prod/a/key", -30)],
    }


def test_nothing_is_said_of_what_is_retired_or_waived_but_of_what_is_compromised(owner: Person) -> None:
    fields = {"owner": owner, "next_rotation_on": TODAY}
    make_secret(name="prod/a/retired", status="retired", **fields)
    make_secret(name="prod/a/waived", waived_until=day(2), **fields)
    make_secret(name="prod/a/leaked", waived_until=day(2), status="compromised", **fields)

    days = told_until(day(3))

    assert days[TODAY]["Olga Owner"] == [("prod/a/leaked", 0)]
    assert days[day(3)]["Olga Owner"] == [("prod/a/waived", 1)]
