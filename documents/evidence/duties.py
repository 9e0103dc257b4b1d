"""Knows which due dates a secret had and what became of each, from its versions. Pure dates: no clock, no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What became of a due date."""

    ON_TIME = "on time"
    LATE = "late"
    NOT_ROTATED = "not rotated"
    WAIVED = "waived"
    MOVED = "moved after it was due"
    RETIRED = "retired after it was due"
    DUE = "due that day"
    NEVER = "never rotated"
    NO_DATE = "no date"
    NOTHING = "nothing due"


@dataclass(frozen=True, slots=True)
class Version:
    """What a secret said of its dates from `recorded_on` until its next version."""

    recorded_on: date
    status: str
    last_on: date | None
    next_on: date | None
    waived_until: date | None = None
    waived_reason: str = ""

    @property
    def due_on(self) -> date | None:
        """The day it was to be rotated by, None where nothing was due: it was retired, or had no date."""
        return None if self.status == "retired" else self.next_on


@dataclass(frozen=True, slots=True)
class Duty:
    """One due date: rotated on `rotated_on`, or ended without a rotation on `ended_on`, or open where both are None.

    A waiver is told of where one covered the due date; `waived_on` is the day it was entered.
    """

    due_on: date
    rotated_on: date | None = None
    ended_on: date | None = None
    moved_to: date | None = None
    waived_on: date | None = None
    waived_until: date | None = None
    waived_reason: str = ""

    @property
    def deadline(self) -> date:
        """The last day that was on time: that of the waiver where one was entered by the due date."""
        in_time = self.waived_on is not None and self.waived_on <= self.due_on
        return max(self.due_on, self.waived_until) if in_time and self.waived_until else self.due_on

    def outcome(self, as_of: date) -> Outcome:
        """Return what had become of it by the end of `as_of`."""
        done = self.rotated_on or self.ended_on or as_of
        if done <= self.deadline:
            if self.deadline > self.due_on and done > self.due_on:
                return Outcome.WAIVED
            return Outcome.ON_TIME if self.rotated_on else Outcome.WAIVED if self.waived_on else Outcome.DUE
        if self.rotated_on:
            return Outcome.LATE
        if self.ended_on:
            return Outcome.MOVED if self.moved_to else Outcome.RETIRED
        return Outcome.NOT_ROTATED

    def days_late(self, as_of: date) -> int:
        """Return by how many days it was or is late, 0 where it is not."""
        return max(0, ((self.rotated_on or self.ended_on or as_of) - self.deadline).days)

    def touches(self, first_on: date, last_on: date) -> bool:
        """Return whether it fell due in the period, or was still unmet when the period began."""
        ended = self.rotated_on or self.ended_on
        return self.due_on <= last_on and (self.due_on >= first_on or ended is None or ended >= first_on)


def duties(versions: Sequence[Version], *, as_of: date) -> list[Duty]:
    """Return the due dates that were met, missed or are open at the end of `as_of`, in the order they ended.

    A due date that moved before it was reached was none. A rotation that was taken back met none.
    """
    found: list[Duty] = []
    since = 0
    for at in range(1, len(versions)):
        before, after = versions[at - 1], versions[at]
        if _is_undone(before, after):
            found = _without_last(found, before.last_on)
        elif before.due_on is not None:
            found += _ended(before.due_on, after, versions[:at], since, rotated=_is_rotated(before, after))
        if after.due_on != before.due_on:
            since = at
    due_on = versions[-1].due_on if versions else None
    if due_on is not None and due_on <= as_of:
        found.append(Duty(due_on, **_waiver(due_on, versions, since)))
    return found


def _ended(due_on: date, after: Version, past: Sequence[Version], since: int, *, rotated: bool) -> list[Duty]:
    """Return the duty that the version `after` ends, none where it goes on or had not been reached."""
    if rotated:
        return [Duty(due_on, rotated_on=after.last_on, **_waiver(due_on, past, since))]
    if after.due_on == due_on or due_on >= after.recorded_on:
        return []
    waiver = _waiver(due_on, past, since)
    return [Duty(due_on, ended_on=after.recorded_on, moved_to=after.due_on, **waiver)]


def _is_rotated(before: Version, after: Version) -> bool:
    return after.last_on is not None and (before.last_on is None or after.last_on > before.last_on)


def _is_undone(before: Version, after: Version) -> bool:
    return before.last_on is not None and (after.last_on is None or after.last_on < before.last_on)


def _without_last(found: Sequence[Duty], rotated_on: date | None) -> list[Duty]:
    """Return `found` without the last duty that was met on `rotated_on`."""
    for at in range(len(found) - 1, -1, -1):
        if found[at].rotated_on == rotated_on:
            return [*found[:at], *found[at + 1 :]]
    return list(found)


def _waiver(due_on: date, past: Sequence[Version], since: int) -> dict[str, Any]:
    """Return the waiver that covered `due_on` while it stood, from `since` on; of several the last to be entered."""
    covering = [one for one in past[since:] if one.waived_until is not None and one.waived_until >= due_on]
    if not covering:
        return {}
    last = covering[-1]
    first = next(one for one in past if one.waived_until == last.waived_until)
    return {"waived_on": first.recorded_on, "waived_until": last.waived_until, "waived_reason": last.waived_reason}
