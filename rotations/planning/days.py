"""Knows on which days who can rotate what: working days, holidays, absences, freezes, and when to clean up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from audit.working_days import is_working_day
from rotations.planning.problem import Candidate, Doer, Freeze, Problem

_DAY = timedelta(days=1)
# So long after a rotation there must be a day for its clean-up.
MOST_CLEAN_UP_DAYS = 120


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """Secrets that the same days are open to: those of an environment with the same owner and backup owner."""

    environment: str
    owner: int  # 0 for nobody
    backup_owner: int


@dataclass(frozen=True, slots=True)
class Opening:
    """A day on which a group's secrets can be rotated: by whom, and when is cleaned up."""

    by: int
    clean_up_on: date


class Calendar:
    """The days of a problem. Everything is worked out once and kept."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._openings: dict[Group, dict[int, Opening]] = {}
        self._patterns: dict[object, int] = {}
        self._pattern_of: dict[Group, int] = {}
        self._clean_ups: dict[tuple[str, int, date], date | None] = {}

    @cached_property
    def days(self) -> Sequence[date]:
        """The days of the window from Monday to Friday; the planner speaks of them by their place."""
        window = self.problem.window
        every = (window.first_on + _DAY * n for n in range((window.last_on - window.first_on).days + 1))
        return [day for day in every if is_working_day(day)]

    @cached_property
    def _last(self) -> int:
        return len(self.days) - 1

    def group_of(self, candidate: Candidate) -> Group:
        return Group(candidate.environment, candidate.owner or 0, candidate.backup_owner or 0)

    def openings(self, group: Group) -> dict[int, Opening]:
        """Return the days that are open to `group`, by their place."""
        if group not in self._openings:
            found = ((at, self._opening(group, day)) for at, day in enumerate(self.days))
            self._openings[group] = {at: opening for at, opening in found if opening is not None}
        return self._openings[group]

    def pattern(self, group: Group) -> int:
        """Return the number of the way in which days are open to `group`: equal for those that nothing tells apart."""
        if group not in self._pattern_of:
            opened = tuple((at, opening.by) for at, opening in self.openings(group).items())
            self._pattern_of[group] = self._patterns.setdefault((group.owner, opened), len(self._patterns))
        return self._pattern_of[group]

    def person(self, key: int) -> Doer | None:
        return self.problem.people.get(key)

    def freeze(self, environment: str, day: date) -> Freeze | None:
        """Return the freeze that closes `day` in `environment`."""
        return next((freeze for freeze in self._freezes(environment) if day in freeze.days), None)

    def _freezes(self, environment: str) -> Sequence[Freeze]:
        return [freeze for freeze in self.problem.freezes if freeze.environment in (None, environment)]

    def _opening(self, group: Group, day: date) -> Opening | None:
        if self.freeze(group.environment, day) is not None:
            return None
        by = next((key for key in (group.owner, group.backup_owner) if is_there(self.person(key), day)), None)
        clean_up_on = self._clean_up(group.environment, by, day) if by is not None else None
        return Opening(by, clean_up_on) if by is not None and clean_up_on is not None else None

    def _clean_up(self, environment: str, by: int, on: date) -> date | None:
        """Return the first day for the clean-up: a working day of who rotated, outside freezes, after the rotation."""
        place = (environment, by, on)
        if place not in self._clean_ups:
            first = on + _DAY * max(1, self.problem.clean_up_days)
            later = (first + _DAY * n for n in range(MOST_CLEAN_UP_DAYS))
            free = (day for day in later if is_there(self.person(by), day) and not self.freeze(environment, day))
            self._clean_ups[place] = next(free, None)
        return self._clean_ups[place]


def is_there(person: Doer | None, day: date) -> bool:
    """Return whether `person` works on `day`."""
    if person is None or not is_working_day(day) or day in person.holidays:
        return False
    return not any(day in absence for absence in person.absences)
