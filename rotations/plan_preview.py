"""What a plan shows before it is carried out: day by day, what finds no day, and what differs from today's plan."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from contacts.models import Person
from inventory.models import Environment, Secret
from inventory.policy import Standing
from rotations.plan_gathering import Gathered, PlannedItem
from rotations.planning.problem import Code, Placed, Plan, Unplaced
from rotations.planning.solving import plan

# What helps, by why a secret has no day: the words, and the page.
_HELP = {
    Code.NOBODY: "Give it an owner",
    Code.BEFORE: "Begin the plan earlier",
    Code.CLOSED: "Choose other days",
    Code.CYCLE: "Change its dependencies",
    Code.NEEDED: "Plan that one first",
    Code.FULL: "Raise the limits, or give some to somebody else",
}
_OR_SOMEBODY_ELSE = ", or give it a backup owner"
_NO_INTERVAL = "Its type has no interval, so nothing says when it is to be rotated."


@dataclass(frozen=True, slots=True)
class Line:
    """One secret with its day; `before` is its day in today's plan where that changes."""

    secret: Secret
    by: Person
    clean_up_on: date
    why: Sequence[str]
    before: date | None = None

    @property
    def reason(self) -> str:
        """Why this day, as a sentence."""
        words = "; ".join(self.why)
        return f"{words[:1].upper()}{words[1:]}."


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the plan with its secrets: those of a rotation stand together."""

    on: date
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Left:
    """A secret without a day: why, and what helps."""

    secret: Secret
    why: str
    helps: str
    code: str


Event = tuple[date, Environment, Person]  # what is one rotation


class Preview:
    """The plan of what was gathered."""

    def __init__(self, gathered: Gathered) -> None:
        self.gathered, self.wish = gathered, gathered.wish
        self.plan: Plan = plan(gathered.problem())

    @cached_property
    def days(self) -> Sequence[Day]:
        """The days with something to do, in their order."""
        by_day: dict[date, list[Line]] = {}
        for placed in self.plan.placed:
            by_day.setdefault(placed.on, []).append(self.line(placed))
        for lines in by_day.values():
            lines.sort(key=lambda line: (line.secret.environment.position, line.by.name, line.by.pk, line.secret.name))
        return [Day(on, lines) for on, lines in sorted(by_day.items())]

    def first_days(self, most: int) -> Sequence[Day]:
        """Return whole days from the first one on, with about so many secrets."""
        shown, count = [], 0
        for day in self.days:
            if count and count + len(day.lines) > most:
                break
            shown.append(day)
            count += len(day.lines)
        return shown

    def line(self, placed: Placed) -> Line:
        """Return the secret of `placed` with what is shown of it."""
        item = self.gathered.moving.get(placed.key)
        before = item.on if item is not None and item.on != placed.on else None
        by = self.gathered.people[placed.by]
        return Line(self.gathered.secrets[placed.key], by, placed.clean_up_on, placed.why, before)

    @cached_property
    def left(self) -> Sequence[Left]:
        """What finds no day, in the order of names."""
        found = [self._left(one) for one in self.plan.unplaced]
        idle = (Left(secret, _NO_INTERVAL, "Set an interval", "interval") for secret in self.gathered.without_interval)
        return sorted([*found, *idle], key=lambda one: one.secret.name)

    def _left(self, one: Unplaced) -> Left:
        secret = self.gathered.secrets[one.key]
        # Another person helps only where days are closed to people, not to the environment.
        is_alone = one.code is Code.CLOSED and secret.backup_owner_id is None and "not there" in one.why
        return Left(secret, one.why, _HELP[one.code] + (_OR_SOMEBODY_ELSE if is_alone else ""), one.code.value)

    @cached_property
    def events(self) -> Mapping[Event, Sequence[Placed]]:
        """The rotations that there are to be: one for each day, environment and person."""
        found: dict[Event, list[Placed]] = {}
        for placed in self.to_do:
            secret = self.gathered.secrets[placed.key]
            found.setdefault((placed.on, secret.environment, self.gathered.people[placed.by]), []).append(placed)
        return found

    @cached_property
    def to_do(self) -> Sequence[Placed]:
        """What is to be put into rotations: all but what stays where it is planned."""
        return [one for one in self.plan.placed if not self._stays(one)]

    def _stays(self, one: Placed) -> bool:
        """Return whether it is planned so already; not where its owner would do it, and is away."""
        item = self.gathered.moving.get(one.key)
        if item is None or item.on != one.on:
            return False
        return item.by == one.by or item.by != self.gathered.secrets[one.key].owner_id

    @cached_property
    def moved(self) -> Sequence[Line]:
        """What takes another day than today's plan says."""
        return [line for day in self.days for line in day.lines if line.before is not None]

    @cached_property
    def kept(self) -> Sequence[PlannedItem]:
        """The secrets of this part that are due and keep the day they are planned for."""
        return [item for key, item in self.gathered.keeping.items() if key in self.gathered.secrets]

    @property
    def staying(self) -> int:
        """How many secrets keep the day they are planned for, those that might have moved too."""
        return len(self.kept) + sum(self._stays(one) for one in self.plan.placed)

    @cached_property
    def kept_late(self) -> int:
        """How many of those are planned for after their last day on time."""
        secrets = self.gathered.secrets
        dues = ((secrets[item.secret].next_rotation_on, item.on) for item in self.kept)
        return sum(due is not None and due < on for due, on in dues)

    @cached_property
    def late(self) -> int:
        """How many secrets with a day are overdue already."""
        today = self.gathered.today
        return sum(self.gathered.secrets[one.key].standing(today) == Standing.OVERDUE for one in self.plan.placed)

    @cached_property
    def loads(self) -> Sequence[tuple[Person, int]]:
        """Who has how many secrets in this plan, those with most first."""
        counted = Counter(placed.by for placed in self.plan.placed)
        pairs = [(self.gathered.people[key], number) for key, number in counted.items()]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0].name, pair[0].pk))

    @cached_property
    def digest(self) -> str:
        """A sum over everything that is decided: equal for plans that do the same."""
        placed = [(one.key, one.on, one.by, one.clean_up_on) for one in self.plan.placed]
        moving = sorted((item.key, item.rotation, item.on) for item in self.gathered.moving.values())
        facts = (self.wish.window, placed, moving, [one.key for one in self.plan.unplaced])
        return hashlib.sha256(repr(facts).encode()).hexdigest()
