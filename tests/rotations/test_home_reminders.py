"""What the first page says where reminders reach nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.models import User
from contacts.models import Person
from inventory.counts import overview
from rotations import home
from rotations.models import ReminderMessage, ReminderRun
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


def said(user: User) -> list[str]:
    work = home.work_of(user, overview=overview(today=TODAY), today=TODAY)
    return [f"{task.verb} {task.words}. {task.reason}" for task in work.tasks]


def test_security_is_told_of_messages_that_could_not_be_delivered_and_of_things_without_anybody(
    security: User, owner: Person, backup_owner: Person
):
    for days, person in ((0, owner), (6, owner), (7, owner), (0, backup_owner)):
        ReminderMessage.objects.create(
            person=person, channel="email", on=TODAY - timedelta(days=days), state="undeliverable"
        )
    ReminderMessage.objects.create(person=owner, channel="slack", on=TODAY, state="sent")
    ReminderRun.objects.create(on=TODAY - timedelta(days=1), nobody=9)
    ReminderRun.objects.create(on=TODAY, nobody=2)

    assert said(security) == [
        "Find out why 3 messages could not be delivered. The next on the escalation path was told.",
        "Find somebody to remind of 2 things. Nobody on the escalation path can be reached.",
    ]
    assert said(owner.account) == []


def test_where_all_is_well_nothing_is_said(security: User):
    ReminderRun.objects.create(on=TODAY)

    assert said(security) == []
