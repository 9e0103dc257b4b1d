"""Knows how much waits for review, for how long, and what of it is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils import timezone

from audit.change_reviews import TO_REVIEW, ChangeMark, WaitingReview
from audit.changes import midnight
from audit.relative_dates import counted
from audit.working_days import first_day_on_time


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits: the number of changes, the day of the oldest, how many are overdue, and objections left open."""

    count: int
    overdue: int
    objected: int
    oldest_on: date | None
    today: date

    @property
    def age(self) -> str:
        """How long the oldest one waits, such as "since 2026-07-08, 6 days"; "" where nothing waits."""
        if self.oldest_on is None:
            return ""
        days = (self.today - self.oldest_on).days
        return f"since {self.oldest_on}, {counted(days, 'day')}" if days > 0 else "since today"


def queue(today: date) -> Queue:
    """Return what waits on `today`; one query."""
    production = ChangeMark.objects.filter(kind=ChangeMark.Kind.PRODUCTION, change_set=OuterRef("pk"))
    waits = Q(state__in=TO_REVIEW)
    late = waits & Q(at__lt=midnight(first_day_on_time(today)))
    numbers = WaitingReview.objects.aggregate(
        count=Count("pk", filter=waits),
        overdue=Count("pk", filter=Q(late, Exists(production))),
        objected=Count("pk", filter=Q(state=WaitingReview.State.OBJECTED)),
        oldest=Min("at", filter=waits),
    )
    oldest = numbers.pop("oldest")
    return Queue(**numbers, oldest_on=timezone.localdate(oldest) if oldest else None, today=today)
