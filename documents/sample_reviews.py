"""Knows how the changes of the sample register were reviewed: once a week, by whoever did not make them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from audit import reviewing
from audit.models import ChangeSet, User, WaitingReview

WEEK = timedelta(days=7)
# How many days back nobody has reviewed yet, so that there is something to do.
LEFT_DAYS = 6
OBJECTED_DAYS = 4
Told = tuple[date, Callable[[date], None]]


def reviews(first: User, second: User, *, today: date) -> Iterator[Told]:
    """Yield the days of the year before `today` on which the two reviewed each other's changes, and an objection."""
    day = today - timedelta(days=LEFT_DAYS) - 52 * WEEK
    while day <= today - timedelta(days=LEFT_DAYS):
        yield day, lambda on: _review(first, second, on)
        day += WEEK
    yield today - timedelta(days=OBJECTED_DAYS), lambda on: _object(first, second, on)


def _review(first: User, second: User, on: date) -> None:
    before = ChangeSet.objects.filter(at__lt=_noon(on))
    for by in (first, second):
        reviewing.mark_reviewed(before, by=by, at=_noon(on))


def _object(first: User, second: User, on: date) -> None:
    """Let `second` object to the last change of `first` to who answers for something."""
    found = WaitingReview.objects.filter(author=first, change_set__marks__kind="ownership", at__lt=_noon(on))
    waiting = found.select_related("change_set").order_by("-at").first()
    if waiting is not None:
        words = "The new owner has not agreed yet, and is on leave from next week."
        reviewing.object_to(waiting.change_set, by=second, comment=words, at=_noon(on))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(settings.TIME_ZONE))
