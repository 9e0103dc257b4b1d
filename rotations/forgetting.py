"""Forgets what was sent long ago about what was done since; history and the change log keep what was rotated."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings

from rotations.models import Reminder, ReminderMessage, ReminderRun
from rotations.settled import settled


def forget(*, today: date) -> None:
    """Remove reminders older than `settings.REMINDERS_KEPT_DAYS` that are settled, and what is empty without them.

    What still stands keeps its reminders however old they are: by them it is known which rungs were told.
    """
    before = today - timedelta(days=settings.REMINDERS_KEPT_DAYS)
    Reminder.objects.filter(message__on__lt=before).filter(settled()).delete()
    ended = (ReminderMessage.State.SENT, ReminderMessage.State.UNDELIVERABLE)
    ReminderMessage.objects.filter(on__lt=before, state__in=ended, reminders__isnull=True).delete()
    ReminderRun.objects.filter(on__lt=before).delete()
