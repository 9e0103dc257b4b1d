"""Knows when a reminder is due and who is told; dates and whole days only, no clock, no database.

A ladder is a list of rungs, each a number of days after a due date (below zero: before it). What is due on a day is the
latest rung that was reached, so a missed day loses nothing: the next message stands for what was not sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TypeVar

Ladder = TypeVar("Ladder")


@dataclass(frozen=True, slots=True)
class Rung:
    """When people are told, and how far up the escalation path; `repeat_days` None means once."""

    days: int
    label: str
    steps: int
    repeat_days: int | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """The due dates, both ends included, of which a rung is the latest one that was reached on a day.

    `days` is that of the rung, or of its repetition.
    """

    days: int
    label: str
    steps: int
    first_due: date
    last_due: date


@dataclass(frozen=True, slots=True)
class Seat:
    """A place on the escalation path: who has it and why they are told, or why nobody there can be told."""

    step: int
    person: int | None
    why: str
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who is told, and why they are."""

    person: int
    reason: str


def most_specific(
    ladders: Mapping[tuple[str, int | None, str | None], Ladder], *, clock: str, kind: int | None, environment: str
) -> Ladder | None:
    """Return the ladder of a type in an environment, else of the type, of the environment, of everything."""
    for key in ((clock, kind, environment), (clock, kind, None), (clock, None, environment), (clock, None, None)):
        if key in ladders:
            return ladders[key]
    return None


def reached(rungs: Iterable[Rung], *, due_on: date, today: date) -> Band | None:
    """Return the latest rung that was reached by `today`, with `due_on` as its only due date; None before the first."""
    after = (today - due_on).days
    below = [rung for rung in rungs if rung.days <= after]
    if not below:
        return None
    rung = max(below, key=lambda rung: rung.days)
    days = rung.days + (after - rung.days) // rung.repeat_days * rung.repeat_days if rung.repeat_days else rung.days
    return Band(days, rung.label, rung.steps, due_on, due_on)


def bands(rungs: Iterable[Rung], *, today: date, earliest: date) -> list[Band]:
    """Return, for every due date from `earliest` on for which a rung was reached by `today`, which one it is.

    They do not overlap. The soonest rung comes first.
    """
    found = []
    for days, until, rung in _steps(rungs, longest=(today - earliest).days):
        first = max(_before(today, until - 1), earliest) if until is not None else earliest
        last = _before(today, days)
        if first <= last:
            found.append(Band(days, rung.label, rung.steps, first, last))
    return found


def caught_up(rungs: Iterable[Rung], *, days: int, told: int | None) -> list[int]:
    """Return the days of the rungs that a message stands for: `days`, and what lies between it and the one `told` last.

    `told` None means that somebody was told of nothing yet: it stands for itself alone.
    """
    if told is None:
        return [days]
    between = [step for step, _, _ in _steps(rungs, longest=days) if told < step < days]
    return [*between, days]


def told(seats: Iterable[Seat], *, steps: int) -> list[Told]:
    """Return who is told where `steps` of the path are, each once, with the reason.

    Where nobody of a step can be told, the next step stands in, and the reason says for whom.
    """
    found: dict[int, Told] = {}
    missing: list[str] = []
    filled = 0
    for _, places in groupby(seats, key=lambda seat: seat.step):
        if filled == steps:
            break
        here = list(places)
        able = [seat for seat in here if seat.person is not None and not seat.absent]
        missing += [seat.absent for seat in here if seat.absent and seat.absent not in missing]
        for seat in able:
            if seat.person is not None and seat.person not in found:
                found[seat.person] = Told(seat.person, " ".join([seat.why, *(f"{words}." for words in missing)]))
        if able:
            filled, missing = filled + 1, []
    return list(found.values())


def _steps(rungs: Iterable[Rung], *, longest: int) -> Iterator[tuple[int, int | None, Rung]]:
    """Yield each rung and repetition up to `longest` days after: its day, that of the next one, and the rung."""
    ordered: Sequence[Rung] = sorted(rungs, key=lambda rung: rung.days)
    for number, rung in enumerate(ordered):
        end = ordered[number + 1].days if number + 1 < len(ordered) else None
        if not rung.repeat_days:
            yield rung.days, end, rung
            continue
        days = rung.days
        while days <= longest and (end is None or days < end):
            after = days + rung.repeat_days
            yield days, after if end is None else min(after, end), rung
            days = after


def _before(day: date, days: int) -> date:
    try:
        return day - timedelta(days=days)
    except OverflowError:
        return date.min if days > 0 else date.max
