"""Knows when a secret must be rotated: dates and whole days only, no clock, no database."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models

DUE_SOON_DAYS = 30


class Standing(models.TextChoices):
    """How a secret stands on a given day; a retired secret has none."""

    ROTATE_NOW = "rotate_now", "Rotate now"
    OVERDUE = "overdue", "Overdue"
    DUE_SOON = "due_soon", "Due soon"
    NO_DATE = "no_date", "No date"
    WAIVED = "waived", "Waived"
    ON_SCHEDULE = "on_schedule", "On schedule"


def next_rotation_on(*, last_rotated_on: date | None, interval_days: int | None) -> date | None:
    """Return the last day on which rotating is on time, or None if none can be named.

    `interval_days` is whole days, at least 1; None means the secret is exempt. A day beyond the calendar's
    end (9999-12-31) cannot be named either.
    """
    if last_rotated_on is None or interval_days is None:
        return None
    try:
        return last_rotated_on + timedelta(days=interval_days)
    except OverflowError:
        return None


def standing(
    *, next_rotation_on: date | None, today: date, compromised: bool = False, waived_until: date | None = None
) -> Standing:
    """Return the standing on `today`.

    Overdue begins the day after `next_rotation_on`; due soon includes today and day 30. `waived_until` is the
    last day of a waiver, None where there is none.
    """
    if compromised:
        return Standing.ROTATE_NOW
    if waived_until is not None and waived_until >= today:
        return Standing.WAIVED
    if next_rotation_on is None:
        return Standing.NO_DATE
    if next_rotation_on < today:
        return Standing.OVERDUE
    return Standing.DUE_SOON if (next_rotation_on - today).days <= DUE_SOON_DAYS else Standing.ON_SCHEDULE
