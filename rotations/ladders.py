"""Reads the ladders that people set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rotations.ladder import Rung
from rotations.models import ReminderRung


@dataclass(frozen=True, slots=True)
class Ladders:
    """Every ladder by its number, and the number by clock, type and environment; None stands for all of them."""

    by_key: Mapping[tuple[str, int | None, str | None], int]
    rungs: Mapping[int, Sequence[Rung]]

    @property
    def soonest(self) -> int:
        """How many days before a due date somebody is told first."""
        return max((-rung.days for rungs in self.rungs.values() for rung in rungs), default=0)


def ladders() -> Ladders:
    """Return the ladders; one query."""
    by_key: dict[tuple[str, int | None, str | None], int] = {}
    rungs: dict[int, list[Rung]] = {}
    for row in ReminderRung.objects.order_by("clock", "days", "pk"):
        number = by_key.setdefault((row.clock, row.type_id, row.environment_id), len(by_key))
        rungs.setdefault(number, []).append(Rung(row.days, row.label, row.steps, row.repeat_days))
    return Ladders(by_key, rungs)
