"""Knows working days, and until which of them a change to production should be reviewed. No clock, no hours."""

from __future__ import annotations

from datetime import date, timedelta

WORKING_DAYS_TO_REVIEW = 2
_SATURDAY = 5
_DAY = timedelta(days=1)


def review_due_on(changed_on: date) -> date:
    """Return the last day that is on time: the second working day (Monday to Friday) after that of the change."""
    day, left = changed_on, WORKING_DAYS_TO_REVIEW
    while left:
        day += _DAY
        left -= is_working_day(day)
    return day


def first_day_on_time(today: date) -> date:
    """Return the first day whose changes are not overdue on `today`; those of the days before it are."""
    day = today
    while review_due_on(day - _DAY) >= today:
        day -= _DAY
    return day


def is_working_day(day: date) -> bool:
    """Return whether `day` is one from Monday to Friday."""
    return day.weekday() < _SATURDAY
