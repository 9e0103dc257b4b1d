"""Knows the order that dependencies ask for, and which of them go round in a circle. Keys only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

Needs = Mapping[int, Iterable[int]]


def needed_first(needs: Needs) -> list[int]:
    """Return the keys of `needs`, each after all that it needs; those in circles, and what needs them, are left out."""
    missing = {key: sum(other in needs for other in set(others)) for key, others in needs.items()}
    needed_by = turned(needs)
    ordered = [key for key, count in missing.items() if not count]
    for key in ordered:  # grows while it is read
        for other in needed_by.get(key, ()):
            missing[other] -= 1
            if not missing[other]:
                ordered.append(other)
    return ordered


def in_circles(needs: Needs) -> frozenset[int]:
    """Return the keys that need themselves in the end."""
    left = _without(needs, needed_first(needs))
    left = _without(left, needed_first(turned(left)))
    return frozenset(key for key in left if _reaches(key, left))


def turned(needs: Needs) -> dict[int, list[int]]:
    """Return what needs each key, for the keys of `needs`."""
    found: dict[int, list[int]] = defaultdict(list, {key: [] for key in needs})
    for key, others in needs.items():
        for other in sorted(set(others)):
            if other in needs:
                found[other].append(key)
    return dict(found)


def _without(needs: Needs, keys: Iterable[int]) -> dict[int, list[int]]:
    gone = set(keys)
    return {
        key: [other for other in others if other in needs and other not in gone]
        for key, others in needs.items()
        if key not in gone
    }


def _reaches(start: int, needs: Needs) -> bool:
    seen: set[int] = set()
    waiting = list(needs[start])
    while waiting:
        key = waiting.pop()
        if key == start:
            return True
        if key not in seen:
            seen.add(key)
            waiting.extend(needs[key])
    return False
