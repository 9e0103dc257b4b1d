"""Gives the days that a solved network holds to single secrets: those of a service together where it costs nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from rotations.planning.network import Chain, Network
from rotations.planning.problem import Candidate, Urgency
from rotations.planning.solver import ALMOST

Places = dict[int, int]  # of a secret: the place of its day
_HALF = 0.5


def chosen(network: Network, values: Sequence[float]) -> Places:
    """Return the places of all that the values place."""
    found = steps_chosen(network, values)
    services: dict[tuple[str, int], set[str]] = defaultdict(set)
    for _, chain in sorted(network.chains.items(), key=lambda pair: pair[0]):
        _spread(network, chain, values, found, services)
    return found


def steps_chosen(network: Network, values: Sequence[float]) -> Places:
    """Return the places of those that stand alone: the first day by which they are done, or more than half done.

    That keeps their order where the values do.
    """
    found: Places = {}
    for key, columns in network.steps.items():
        done = next((at for at, column in sorted(columns.items()) if values[column] > _HALF), None)
        if done is not None:
            found[key] = done
    return found


def is_whole(values: Sequence[float]) -> bool:
    """Return whether all values are whole numbers."""
    return all(abs(value - round(value)) <= ALMOST for value in values)


def _spread(
    network: Network, chain: Chain, values: Sequence[float], found: Places, services: Mapping[tuple[str, int], set[str]]
) -> None:
    """Give the secrets of a chain their days. Among the secrets that wait at a day any choice costs the same."""
    found.update((key, place) for key, (place, column) in chain.stays.items() if values[column] > _HALF)
    waiting: list[Candidate] = []
    for at, slot in chain.slots.items():
        waiting += _kept(network, chain, at, values)
        waiting += [one for one in chain.planned.get(at, ()) if values[chain.joins[one.key]] > _HALF]
        waiting.sort(key=_order(chain, at, services))
        number = round(values[slot])
        taken, waiting = waiting[:number], waiting[number:]
        for one in taken:
            found[one.key] = at
            services[one.environment, at].add(one.service)


def _kept(network: Network, chain: Chain, at: int, values: Sequence[float]) -> list[Candidate]:
    """Return those that enter without those that find no day: the last of each price."""
    alike: dict[int, list[Candidate]] = defaultdict(list)
    for one in chain.entering.get(at, ()):
        alike[network.left_out_price(one, at)].append(one)
    left_out = {cost: round(values[chain.left_out[at, cost]]) for cost in alike}
    return [one for cost, group in alike.items() for one in group[: len(group) - left_out[cost]]]


def _order(
    chain: Chain, at: int, services: Mapping[tuple[str, int], set[str]]
) -> Callable[[Candidate], tuple[object, ...]]:
    """Return the order in which secrets are taken: what waits longest, and what joins its service."""

    def joins(one: Candidate) -> bool:
        return one.service in services[one.environment, at]

    if chain.is_late:
        first = list(Urgency)
        return lambda one: (first.index(one.urgency), one.due_on or date.max, not joins(one), one.service, one.name)
    return lambda one: (not joins(one), -(one.due_on or date.max).toordinal(), one.service, one.name)
