"""What a plan is made from, and what it says: plain facts, no rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum


class Urgency(Enum):
    """Why a secret is to be rotated as early as possible; NONE is one that has a day until which it is on time."""

    NONE = ""
    COMPROMISED = "compromised"
    OVERDUE = "overdue"
    NO_DATE = "no_date"


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """Some days in a row; both ends included."""

    first_on: date
    last_on: date

    def __contains__(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True, slots=True)
class Doer:
    """Somebody who rotates secrets: the days they are away, and the holidays where they are."""

    key: int
    name: str
    holidays: Collection[date] = frozenset()
    absences: Sequence[Days] = ()


@dataclass(frozen=True, slots=True)
class Freeze:
    """Days on which nothing is rotated: in one environment, or in all of them where it names none."""

    days: Days
    environment: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A secret that needs a day.

    `due_on` is the last day that is on time; it may be None only for an urgent one, and a late one keeps the day that
    it missed. `depends_on` are keys of other secrets; those that are no part of the problem do not matter.
    `planned_on` is its day in today's plan, if it may be moved.
    """

    key: int
    name: str
    environment: str
    service: str
    owner: int | None
    backup_owner: int | None
    due_on: date | None
    urgency: Urgency = Urgency.NONE
    depends_on: frozenset[int] = frozenset()
    planned_on: date | None = None

    @property
    def is_late(self) -> bool:
        """Whether it is to be rotated as early as possible."""
        return self.urgency is not Urgency.NONE


@dataclass(frozen=True, slots=True)
class Kept:
    """A secret whose day in today's plan stays."""

    name: str
    on: date
    depends_on: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything that a plan depends on.

    `taken` counts what each person does already on a day, `taken_in_all` what everybody together does.
    """

    window: Days
    candidates: Sequence[Candidate]
    people: Mapping[int, Doer]
    per_person: int
    in_all: int
    freezes: Sequence[Freeze] = ()
    kept: Mapping[int, Kept] = field(default_factory=dict)
    taken: Mapping[tuple[int, date], int] = field(default_factory=dict)
    taken_in_all: Mapping[date, int] = field(default_factory=dict)
    clean_up_days: int = 1


class Code(Enum):
    """Why a secret could not be placed."""

    NOBODY = "nobody"
    BEFORE = "before"
    CLOSED = "closed"
    CYCLE = "cycle"
    NEEDED = "needed"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Placed:
    """A secret with its day, who rotates it, the last day of the clean-up, and why that day."""

    key: int
    on: date
    by: int
    clean_up_on: date
    why: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A secret without a day, and why."""

    key: int
    code: Code
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Every candidate, placed or not, each part by day and name.

    `is_proven` says that no plan places more, and none that places as many is better; see `prices` for better.
    """

    placed: Sequence[Placed]
    unplaced: Sequence[Unplaced]
    is_proven: bool
