"""Writes a problem as a network: secrets flow to days, days of people and of everybody hold only so many.

Secrets that the same days are open to are one flow. One that is on time enters at its last day and is carried to
earlier ones, a late one enters at the first and is carried to later ones; each step has its price. So the size of the
network grows with people and days, not with secrets. Secrets with bounds of their own, such as dependencies, stand
alone, with a step from "not yet" to "done" among their days.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rotations.planning import prices
from rotations.planning.days import Calendar, Group, Opening
from rotations.planning.problem import Candidate, Problem
from rotations.planning.solver import Linear
from rotations.planning.windows import Span, Windows


@dataclass(slots=True)
class Chain:
    """The flow of secrets that are alike: where they enter, and the columns that say what became of them."""

    pattern: int  # which days are open to them by whom, numbered
    group: Group  # one of those with this pattern
    is_late: bool
    entering: dict[int, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    slots: dict[int, int] = field(default_factory=dict)
    left_out: dict[tuple[int, int], int] = field(default_factory=dict)
    planned: dict[int, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    stays: dict[int, tuple[int, int]] = field(default_factory=dict)  # of the planned ones by key: place and column
    joins: dict[int, int] = field(default_factory=dict)  # of the planned ones by key: the column


class Network:
    """The linear problem, and which of its columns mean what.

    `alone` are the keys of secrets to treat one by one, so that their order can be asked for; those whose bounds want
    it are added. `tight` leaves room for what depends on a secret instead.
    """

    def __init__(
        self, problem: Problem, calendar: Calendar, windows: Windows, *, alone: Collection[int], tight: bool
    ) -> None:
        self.problem, self.calendar, self.tight = problem, calendar, tight
        self.linear = Linear()
        self.chains: dict[tuple[int, bool], Chain] = {}
        self.steps: dict[int, dict[int, int]] = {}  # of those alone: the columns by place
        days = (problem.window.last_on - problem.window.first_on).days
        self._most, self._leaving_out = prices.most(days), prices.leaving_out(len(problem.candidates), days)
        for key, span in windows.spans.items():
            if key in alone or not self._flows(span):
                self._add_steps(span)
            else:
                self._enter(span)
        for chain in self.chains.values():
            self._add_chain(chain)

    def orders(self, pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int | None]]:
        """Return columns of which the first must not be more than the second: what needs another is not done before it.

        None in the place of the second is zero. Both secrets of each pair must stand alone.
        """
        for needed, key in pairs:
            earlier = sorted(self.steps[needed].items())
            places = [at for at, _ in earlier]
            for at, column in self.steps[key].items():
                reached = bisect_right(places, at)
                yield column, earlier[reached - 1][1] if reached else None

    def _flows(self, span: Span) -> bool:
        """Return whether only the last day, or for a late one no day, bounds it: then it is like the others."""
        open_places = span.openings.keys()
        if span.candidate.is_late:
            return span.first <= min(open_places) and max(open_places) <= self._last(span)
        return span.first <= min(open_places)

    def _last(self, span: Span) -> int:
        return span.latest if self.tight else span.last

    def _enter(self, span: Span) -> None:
        one, places = span.candidate, span.places(tight=self.tight)
        pattern, at = self.calendar.pattern(span.group), min(places) if one.is_late else max(places)
        chain = self.chains.setdefault((pattern, one.is_late), Chain(pattern, span.group, one.is_late))
        (chain.entering if one.planned_on is None else chain.planned)[at].append(one)

    def _add_chain(self, chain: Chain) -> None:
        openings = self.calendar.openings(chain.group)
        ordered = sorted(openings, reverse=not chain.is_late)
        reached = [at for at in ordered if at in chain.entering or at in chain.planned]
        ordered = ordered[ordered.index(reached[0]) :]
        nodes = {at: self._node(chain, at) for at in ordered}
        for at, after in zip(ordered, [*ordered[1:], None], strict=True):
            if after is not None:
                self.linear.column(self._carrying(chain, at, after), [(nodes[at], 1), (nodes[after], -1)])
            chain.slots[at] = self._slot(chain.group, at, openings[at], [(nodes[at], 1)])
            for cost, count in Counter(self.left_out_price(one, at) for one in chain.entering.get(at, ())).items():
                chain.left_out[at, cost] = self.linear.column(cost, [(nodes[at], 1)], upper=count)
            for one in chain.planned.get(at, ()):
                self._add_planned(chain, one, at, nodes[at], openings)

    def left_out_price(self, one: Candidate, at: int) -> int:
        """Return what it costs to leave out a secret that enters at a place: what it then costs to enter is saved."""
        return self._leaving_out_price(one) - self._entering(one, at)

    def _entering(self, one: Candidate, at: int) -> int:
        """Return what a secret costs at the place where it enters a chain, as one that moves if it is planned."""
        price = prices.price(
            replace(one, planned_on=None), self.calendar.days[at], window=self.problem.window, by=one.owner
        )
        return price + (prices.MOVED if one.planned_on is not None else 0)

    def _leaving_out_price(self, one: Candidate) -> int:
        return self._leaving_out + prices.FIRST[one.urgency] * self._most

    def _node(self, chain: Chain, at: int) -> int:
        entering = len(chain.entering.get(at, ()))
        return self.linear.row((chain.pattern, chain.is_late, at), entering, entering)

    def _carrying(self, chain: Chain, at: int, after: int) -> int:
        days = abs((self.calendar.days[after] - self.calendar.days[at]).days)
        return days * (prices.WAITING if chain.is_late else prices.EARLY)

    def _slot(self, group: Group, at: int, opening: Opening, entries: Sequence[tuple[int, int]]) -> int:
        cost = prices.BACKUP if group.owner and opening.by != group.owner else 0
        return self.linear.column(cost, [*entries, *((row, 1) for row in self._room(opening.by, at))])

    def _room(self, by: int, at: int) -> tuple[int, int]:
        """Return the rows of what `by` and all together can do on a day."""
        problem, day = self.problem, self.calendar.days[at]
        own = max(0, problem.per_person - problem.taken.get((by, day), 0))
        everybodys = max(0, problem.in_all - problem.taken_in_all.get(day, 0))
        infinite = float("-inf")
        return self.linear.row(("person", by, at), infinite, own), self.linear.row(("all", at), infinite, everybodys)

    def _add_planned(self, chain: Chain, one: Candidate, at: int, node: int, openings: Mapping[int, Opening]) -> None:
        """Let what is planned already stay where it is, or join the others, or be left out."""
        own = self.linear.row(("planned", one.key), 1, 1)
        chain.joins[one.key] = self.linear.column(0, [(own, 1), (node, -1)])
        self.linear.column(self.left_out_price(one, at), [(own, 1)])
        place = next((other for other in openings if self.calendar.days[other] == one.planned_on), None)
        if place is not None and (place >= at if one.is_late else place <= at):
            cost = self._price(one, place, openings[place].by) - self._entering(one, at)
            entries = [(own, 1), *((row, 1) for row in self._room(openings[place].by, place))]
            chain.stays[one.key] = (place, self.linear.column(cost, entries))

    def _add_steps(self, span: Span) -> None:
        """Add a column for each day: whether it is done by then. What changes from day to day is the day it takes."""
        one, places = span.candidate, sorted(span.places(tight=self.tight))
        costs = [self._price(one, at, span.openings[at].by) for at in places]
        costs.append(self._leaving_out_price(one))
        columns: dict[int, int] = {}
        for number, at in enumerate(places):
            entries = [(row, 1) for row in self._room(span.openings[at].by, at)]
            if number + 1 < len(places):
                after = places[number + 1]
                entries += [(row, -1) for row in self._room(span.openings[after].by, after)]
                entries.append((self.linear.row(("step", one.key, after), 0, float("inf")), -1))
            if number:
                entries.append((self.linear.row(("step", one.key, at), 0, float("inf")), 1))
            columns[at] = self.linear.column(costs[number] - costs[number + 1], entries, upper=1)
        self.steps[one.key] = columns

    def _price(self, one: Candidate, at: int, by: int) -> int:
        return prices.price(one, self.calendar.days[at], window=self.problem.window, by=by)
