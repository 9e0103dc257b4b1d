"""The sample shows what its people were told of, and sends nothing."""

from __future__ import annotations

from datetime import timedelta

from django.core import mail
from django.test import override_settings

from documents.sample_reminders import tell_people
from rotations.models import Reminder, ReminderMessage
from tests.factories import TODAY, make_secret


def test_people_of_the_sample_were_told_and_nothing_was_sent(owner):
    make_secret(owner=owner, next_rotation_on=TODAY - timedelta(days=9))
    with override_settings(SENDS_MAIL=True):
        tell_people(today=TODAY)

    told = ReminderMessage.objects.order_by("on").values_list("on", "state", "count", "address")
    days = [(TODAY - timedelta(days=days)) for days in (15, 9, 8, 2)]
    assert list(told) == [(day, "sent", 1, "olga@example.org") for day in days]
    assert mail.outbox == []


def test_without_a_channel_nobody_of_the_sample_was_told(owner):
    make_secret(owner=owner, next_rotation_on=TODAY)

    tell_people(today=TODAY)

    assert Reminder.objects.count() == 0
