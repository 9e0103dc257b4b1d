"""Knows the steps from one rotation of a secret to the next: notices, the due day, the clean-up. Pure dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from contacts.working_days import next_working_day

if TYPE_CHECKING:
    from rotations.models import ReminderOffset

_NOTICES = {"planning": "notice", "preparation": "notice", "clean_up": "Clean-up"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its words, its day (None where none can be named) and its tone, "" for what is still to come."""

    words: str
    on: date | None
    tone: str = ""


def steps(*, last: date | None, next_on: date | None, offsets: Sequence[tuple[str, int]], today: date) -> list[Step]:
    """Return the steps in the order of their days.

    `offsets` are words and whole days before the due day, below zero for days after it. A step that is reached has
    a tone; the due day that passed without a rotation is marked as missed.
    """
    first = Step("Rotated" if last else "Never recorded", last, "is-now" if last else "is-warn")
    if next_on is None:
        return [first, Step("No due date", None, "is-warn")]
    missed = next_on < today
    due = Step("Due, missed" if missed else "Due", next_on, "is-bad" if missed else _reached(next_on, today))
    before = [(words, days) for words, days in offsets if days > 0]
    after = [(words, days) for words, days in offsets if days <= 0]
    return [first, *_around(before, next_on, today), due, *_around(after, next_on, date.min)]


def notices(reminders: Iterable[ReminderOffset]) -> list[tuple[str, int]]:
    """Return the words and days of the reminders that are steps of the cycle, the earliest first."""
    dated = [row for row in reminders if row.days_before is not None and row.kind in _NOTICES]
    return [
        (_NOTICES[row.kind] if row.kind == "clean_up" else f"{row.days_before} day {_NOTICES[row.kind]}", days)
        for row in sorted(dated, key=lambda row: (-(row.days_before or 0), row.pk))
        if (days := row.days_before) is not None
    ]


def _around(offsets: Sequence[tuple[str, int]], next_on: date, today: date) -> list[Step]:
    found = []
    for words, days in sorted(offsets, key=lambda pair: -pair[1]):
        try:
            on = next_on - timedelta(days=days)
        except OverflowError:
            continue
        on = next_working_day(on) if words == _NOTICES["clean_up"] else on
        found.append(Step(words, on, _reached(on, today)))
    return found


def _reached(on: date, today: date) -> str:
    return "is-now" if on <= today else ""
