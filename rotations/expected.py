"""Knows when the coming rotations of a secret are to be expected. Whole days only; no clock, no database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta


def expected_days(
    *, due_on: date | None, interval_days: int, planned: Sequence[date], after: date, until: date
) -> Iterator[date]:
    """Yield the days on which a secret will fall due again, later than `after` and not later than `until`.

    `due_on` is the last day on time, None where there is none; it is not among them, since it stands in calendars
    already. `interval_days` is whole days, at least 1. `planned` are the days of rotations that are firm.

    A planned rotation stands for the day it meets: one that falls due later, or did so by up to half an interval
    before. From there the interval counts anew, as it will when the rotation is recorded. So no day is told as
    expected that a planned rotation covers, and each step takes the earliest rotation that is left.
    """
    # No interval is longer than there are days.
    days = min(interval_days, date.max.toordinal())
    interval, grace = timedelta(days=days), timedelta(days=days // 2)
    # After each rotation, and at first before any, due days follow each other until the next rotation covers one.
    starts = [due_on, *(_later(day, interval) for day in sorted(planned))]
    ends = [*(_later(day, -grace) for day in sorted(planned)), None]
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if start is None:
            continue
        for day in _from(start, interval, after=after, until=until):
            if end is not None and day >= end:
                break
            if day != due_on or place > 0:
                yield day


def _from(start: date, interval: timedelta, *, after: date, until: date) -> Iterator[date]:
    """Yield `start` and the days that follow it by whole intervals, later than `after`, up to `until`."""
    missed = max(0, (after - start) // interval + 1)
    day = _later(start, missed * interval)
    while day is not None and day <= until:
        yield day
        day = _later(day, interval)


def _later(day: date, by: timedelta) -> date | None:
    try:
        return day + by
    except OverflowError:
        return None
