"""Makes the plan: the cheapest by `prices`, with proof where the search came to its end."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rotations.planning.days import Calendar
from rotations.planning.explaining import Explainer
from rotations.planning.network import Network
from rotations.planning.problem import Placed, Plan, Problem
from rotations.planning.room import Room
from rotations.planning.solver import ALMOST, Solver
from rotations.planning.spreading import Places, chosen, is_whole, steps_chosen
from rotations.planning.windows import Windows

_MOST_ROUNDS = 30
# The days of secrets that depend on each other are searched up to so many; beyond, they take what the others leave.
MOST_STEPS = 60_000
# The columns of a problem that is searched branch by branch.
MOST_BRANCHED = 40_000


def plan(problem: Problem) -> Plan:
    """Return the plan of `problem`; the same problem gives the same plan."""
    search = _Search(problem)
    places, is_proven = search.best()
    explainer = Explainer(problem, search.calendar, search.windows, places)
    openings = {key: span.openings[places[key]] for key, span in search.windows.spans.items() if key in places}
    placed = [
        Placed(key, search.calendar.days[places[key]], opening.by, opening.clean_up_on, explainer.why(key))
        for key, opening in openings.items()
    ]
    left = [explainer.why_unplaced(key) for key in search.windows.spans if key not in places]
    unplaced = {one.key: one for one in (*search.windows.unplaced.values(), *left)}
    return Plan(
        sorted(placed, key=lambda one: one.on),
        [unplaced[key] for key in search.windows.known if key in unplaced],
        is_proven,
    )


class _Search:
    """Looks for the cheapest plan: first without asking for any order of secrets, then for what did not hold.

    Without order it is a network, and its cheapest values are whole numbers. With it they nearly always are; where
    not, the rest is searched branch by branch if it is small, and rounded if it is large.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem, self.calendar = problem, Calendar(problem)
        self.windows = Windows(problem, self.calendar)

    def best(self) -> tuple[Places, bool]:
        """Return the places of all that find one, and whether it is proven that there is no cheaper plan."""
        alone = frozenset(key for pair in self.windows.pairs for key in pair)
        if sum(len(self.windows.spans[key].openings) for key in alone) > MOST_STEPS:
            return self._mended(self._places(self._network(frozenset(), tight=True))), False
        network = self._network(alone, tight=False)
        solver = Solver(network.linear)
        values, is_optimal = self._in_order(network, solver)
        if values is not None and is_optimal and is_whole(values):
            return chosen(network, values), True
        steps = [column for key in sorted(alone) for column in network.steps[key].values()]
        if is_optimal and len(network.linear.costs) <= MOST_BRANCHED:
            return self._branched(network, solver, steps)
        return self._rounded(network, solver, values), False

    def _network(self, alone: Collection[int], *, tight: bool) -> Network:
        return Network(self.problem, self.calendar, self.windows, alone=alone, tight=tight)

    def _places(self, network: Network, solver: Solver | None = None) -> Places:
        """Return what the cheapest values of a network place; nothing where they were not found."""
        values = (solver or Solver(network.linear)).values()
        return {} if values is None else chosen(network, values)

    def _in_order(self, network: Network, solver: Solver) -> tuple[Sequence[float] | None, bool]:
        """Return values that keep the order, and whether they are the cheapest; else the last ones that were found."""
        orders = list(network.orders(self.windows.pairs))
        values = None
        for _ in range(_MOST_ROUNDS):
            values = solver.values()
            if values is None or not solver.is_optimal:
                break
            broken = [pair for pair in orders if values[pair[0]] > _value(values, pair[1]) + ALMOST]
            if not broken:
                return values, True
            for one, other in broken:
                solver.at_most(one, other)
        return values, False

    def _branched(self, network: Network, solver: Solver, steps: Collection[int]) -> tuple[Places, bool]:
        """Ask for whole steps and all of the order; then the rest is a network again."""
        for one, other in network.orders(self.windows.pairs):
            solver.at_most(one, other)
        solver.whole(steps)
        values = solver.values()
        is_optimal = solver.is_optimal
        solver.loosen(steps)
        if values is None:
            return self._rounded(network, solver, None), False
        for column in steps:
            solver.fix(column, round(values[column]))
        return self._places(network, solver), is_optimal

    def _rounded(self, network: Network, solver: Solver, values: Sequence[float] | None) -> Places:
        """Round the steps, leave out what then is too much, and solve for the rest, which is a network again."""
        kept = self._in_room(steps_chosen(network, values)) if values is not None else {}
        for key, columns in network.steps.items():
            for at, column in columns.items():
                solver.fix(column, int(key in kept and at >= kept[key]))
        return self._mended(self._places(network, solver))

    def _mended(self, places: Places) -> Places:
        """Return the places with what breaks a rule taken out, and put where there is room."""
        left = self._in_room(places)
        room = Room(self.problem, self.calendar)
        for key, at in left.items():
            room.take(self.windows.spans[key], at)
        for key in self.windows.order:
            if key in self.windows.spans and key not in left:
                span = self.windows.spans[key]
                free = (at for at in room.best_first(span) if self._after_needs(key, at, left))
                found = next(free, None)
                if found is not None:
                    left[key] = found
                    room.take(span, found)
        return left

    def _in_room(self, places: Places) -> Places:
        """Return those of the places that fit and come after what they need."""
        left: Places = {}
        room = Room(self.problem, self.calendar)
        for key in self.windows.order:
            fits = key in places and room.is_free(self.windows.spans[key], places[key])
            if fits and self._after_needs(key, places[key], left):
                left[key] = places[key]
                room.take(self.windows.spans[key], places[key])
        return left

    def _after_needs(self, key: int, at: int, places: Places) -> bool:
        return all(places.get(other, len(self.calendar.days)) <= at for other in self.windows.needs[key])


def _value(values: Sequence[float], column: int | None) -> float:
    return 0 if column is None else values[column]
