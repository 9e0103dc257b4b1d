"""Tells the sample register's people of what was due in the last weeks, as if mail had been sent; sends nothing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from contacts.delivery import channels_set_up
from rotations.collecting import collect
from rotations.models import ReminderMessage

DAYS = 15
State = ReminderMessage.State


def tell_people(*, today: date) -> None:
    """Write the messages of the two weeks before `today`, where the sample has a channel; of today nothing yet."""
    if not channels_set_up():
        return
    for number in range(DAYS, 0, -1):
        day = today - timedelta(days=number)
        at = datetime.combine(day, time(8, 2), ZoneInfo(settings.TIME_ZONE))
        collect(today=day, now=at)
        for message in ReminderMessage.objects.filter(state=State.WAITING).select_related("person"):
            message.state, message.sent_at, message.attempts = State.SENT, at, 1
            message.address, message.count = (
                message.person.email,
                message.reminders.values("secret", "task").distinct().count(),
            )
            message.save()
