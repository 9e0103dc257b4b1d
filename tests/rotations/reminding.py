"""What tests of reminders share: gathering on a day, and what is waiting for whom."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from audit.acts import acting
from rotations.collecting import Collected, collect
from rotations.models import Reminder, ReminderMessage
from tests.factories import TODAY


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(settings.TIME_ZONE))


def an_act() -> Any:
    return acting(actor=None, source="system", reason="Made for a test")


def day(after: int) -> date:
    return TODAY + timedelta(days=after)


def gather(day: date = TODAY) -> Collected:
    return collect(today=day, now=at(day))


def waiting() -> dict[str, list[tuple[str, int]]]:
    """Return what each person is to be told of: names or words, and the days of the rung."""
    found: dict[str, list[tuple[str, int]]] = {}
    rows = Reminder.objects.filter(message__state="waiting").select_related("secret", "task", "person")
    for row in rows.order_by("person__name", "secret__name", "pk"):
        found.setdefault(row.person.name, []).append((str(row.secret or row.task), row.days))
    return found


def sent(day: date = TODAY) -> None:
    """Say that everything that waits was sent."""
    ReminderMessage.objects.filter(state="waiting").update(state="sent", sent_at=at(day))


def told_until(last: date, *, first: date = TODAY) -> dict[date, dict[str, list[tuple[str, int]]]]:
    """Gather and send on every day from `first` to `last`; return the days on which somebody was told of something."""
    days = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        gather(day)
        if found := waiting():
            days[day] = found
        sent(day)
    return days
