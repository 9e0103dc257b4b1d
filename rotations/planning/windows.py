"""Knows between which days each secret may be rotated, once due dates and dependencies are reckoned with."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from inventory.ordering import in_circles, needed_first
from rotations.planning.closed import why_closed
from rotations.planning.days import Calendar, Group, Opening
from rotations.planning.problem import Candidate, Code, Problem, Unplaced


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate with the places of its first and last possible day; `latest` leaves room for what depends on it."""

    candidate: Candidate
    group: Group
    openings: Mapping[int, Opening]
    first: int
    last: int
    latest: int

    def places(self, *, tight: bool = False) -> list[int]:
        """Return the places of the days it may take; `tight` leaves room for what depends on it."""
        return [at for at in self.openings if self.first <= at <= (self.latest if tight else self.last)]


class Windows:
    """The spans of what may find a day, and what cannot, with the reason; both in the order of names."""

    def __init__(self, problem: Problem, calendar: Calendar) -> None:
        self.problem, self.calendar = problem, calendar
        self.spans: dict[int, Span] = {}
        self.unplaced: dict[int, Unplaced] = {}
        circles = in_circles(self.needs)
        for key in sorted(circles):
            other = self.known[min(self.known[key].depends_on & circles)]
            words = f"It depends on {other.name}, and that on it in the end. Take one of these dependencies away."
            self.unplaced[key] = Unplaced(key, Code.CYCLE, words)
        # Each after what it needs.
        self.order = [key for key in needed_first(self._straight(circles)) if key not in circles]
        for key in self.order:
            self._find(self.known[key])
        self.spans = {key: self.spans[key] for key in self.known if key in self.spans}
        self._tighten()

    @cached_property
    def known(self) -> dict[int, Candidate]:
        """The candidates in the order of their names."""
        ordered = sorted(self.problem.candidates, key=lambda one: (one.name, one.key))
        return {one.key: one for one in ordered}

    @cached_property
    def needs(self) -> dict[int, list[int]]:
        """What each candidate needs of the others."""
        return {key: sorted(one.depends_on & self.known.keys()) for key, one in self.known.items()}

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """What is needed and what needs it, where both may find a day."""
        return [(needed, key) for key in self.spans for needed in self.needs[key]]

    def _straight(self, circles: frozenset[int]) -> dict[int, list[int]]:
        """Return what each candidate needs, with nothing that goes round in a circle."""
        return {key: [] if key in circles else others for key, others in self.needs.items()}

    def _find(self, one: Candidate) -> None:
        """Add the span of `one`, or the reason why it has none. What it needs was looked at before."""
        refusal = self._refusal(one)
        if refusal is None:
            span = self._span(one)
            refusal = None if span.places() else why_closed(one, span.first, span.last, self.calendar)
        if refusal is None:
            self.spans[one.key] = span
        else:
            self.unplaced[one.key] = refusal

    def _refusal(self, one: Candidate) -> Unplaced | None:
        if not {one.owner, one.backup_owner} & self.problem.people.keys():
            return Unplaced(one.key, Code.NOBODY, "It has no owner and no backup owner who could do it.")
        if not one.is_late and one.due_on is not None and one.due_on < self.problem.window.first_on:
            return Unplaced(one.key, Code.BEFORE, f"It is due {one.due_on}, before the first day of this plan.")
        missing = next((key for key in self.needs[one.key] if key in self.unplaced), None)
        return None if missing is None else needed(one, self.known[missing])

    def _span(self, one: Candidate) -> Span:
        group, days = self.calendar.group_of(one), self.calendar.days
        after = [bisect_left(days, self.problem.kept[key].on) for key in one.depends_on if key in self.problem.kept]
        after += [min(self.spans[key].places()) for key in self.needs[one.key]]
        bounds = self._needed_by_kept.get(one.key, [])
        bounds = bounds if one.is_late or one.due_on is None else [*bounds, one.due_on]
        last = min((bisect_right(days, day) for day in bounds), default=len(days)) - 1
        return Span(one, group, self.calendar.openings(group), max(after, default=0), last, last)

    @cached_property
    def _needed_by_kept(self) -> dict[int, list[date]]:
        """The days of what keeps its day and needs a candidate: that comes before them."""
        found: dict[int, list[date]] = defaultdict(list)
        for kept in self.problem.kept.values():
            for key in kept.depends_on:
                found[key].append(kept.on)
        return found

    def _tighten(self) -> None:
        """Bind each span by the last days of what depends on it."""
        needed_by: dict[int, list[int]] = {key: [] for key in self.spans}
        for needed_key, key in self.pairs:
            needed_by[needed_key].append(key)
        for key in needed_first(needed_by):
            span = self.spans[key]
            latest = min([span.last, *(self.spans[other].latest for other in needed_by[key])])
            self.spans[key] = replace(span, latest=latest)


def needed(one: Candidate, missing: Candidate) -> Unplaced:
    """Return the reason of a secret that needs one without a day."""
    return Unplaced(one.key, Code.NEEDED, f"It depends on {missing.name}, which has no day.")
