"""Knows that dependencies never go round in a circle, whoever writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps

from audit.one_at_a_time import DEPENDENCIES, wait_for_others


def circle(secret: int, depends_on: int, *, without: int | None = None) -> list[str]:
    """Return the names of the circle that `secret` after `depends_on` would close; nothing where there is none.

    `without` is the key of a dependency that does not count, for it is the one that changes. One query, and one more
    for the names.
    """
    way = _way(depends_on, secret, _needs(_model().objects.exclude(pk=without)))
    return _names([secret, *way]) if way else []


def refuse_circles(*, instances: Sequence[Any], change_type: str, **kwargs: object) -> None:
    """Raise ValidationError where what was just recorded closes a circle (a receiver of `recorded`).

    Two writers at once are looked at one after the other: each alone could be right.
    """
    if change_type == "-":
        return
    wait_for_others(DEPENDENCIES)
    needs = _needs(_model().objects.all())
    for row in instances:
        if way := _way(row.depends_on_id, row.secret_id, needs):
            raise row.refused(_names([row.secret_id, *way]))


def _needs(rows: Any) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for one, other in rows.order_by("pk").values_list("secret", "depends_on"):
        found[one].append(other)
    return found


def _way(start: int, end: int, needs: dict[int, list[int]]) -> list[int]:
    """Return the secrets on a way from `start` to `end`, both included; nothing where there is none."""
    came_from: dict[int, int | None] = {start: None}
    waiting = [start]
    for key in waiting:  # grows while it is read
        if key == end:
            return _traced(key, came_from)
        for other in needs.get(key, ()):
            if other not in came_from:
                came_from[other] = key
                waiting.append(other)
    return []


def _traced(key: int, came_from: dict[int, int | None]) -> list[int]:
    way: list[int] = []
    at: int | None = key
    while at is not None:
        way.append(at)
        at = came_from[at]
    return way[::-1]


def _names(keys: Iterable[int]) -> list[str]:
    ordered = list(keys)
    known = dict(apps.get_model("inventory.Secret").objects.filter(pk__in=ordered).values_list("pk", "name"))
    return [str(known[key]) for key in ordered if key in known]


def _model() -> Any:
    return apps.get_model("inventory.Dependency")
