"""Knows what another interval of a type would do to its secrets, before anybody decides it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

from audit.relative_dates import counted
from inventory import policy
from inventory.models import Secret, SecretType
from inventory.policy import Standing

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Effect:
    """How many secrets in use would get another next rotation or lose it; which become overdue, or are it no more."""

    moves: int = 0
    loses: int = 0
    overdue: Sequence[str] = ()
    relieved: Sequence[str] = ()

    @property
    def words(self) -> str:
        """What it does, in a sentence; "" where it does nothing."""
        if self.loses:
            return f"Leaves {counted(self.loses, 'secret')} without a next rotation."
        if not self.moves:
            return ""
        said = f"Moves the next rotation of {counted(self.moves, 'secret')}, and makes "
        said += f"{len(self.overdue)} of them overdue: {_names(self.overdue)}." if self.overdue else "none overdue."
        if self.relieved:
            said += f" No longer overdue: {_names(self.relieved)}."
        return said


def effect_of(kind: SecretType, interval_days: int | None, *, today: date) -> Effect:
    """Return what `interval_days` would do on `today` in the place of the stored interval; one query.

    Secrets with an interval or a date of their own keep theirs. `interval_days` None means that none is set any more.
    """
    return effect_on(Secret.objects.filter(type=kind).order_by("name"), interval_days, today=today)


def effect_on(secrets: Iterable[Secret], interval_days: int | None, *, today: date) -> Effect:
    """Return the same for the secrets of a type that are at hand, and leave them as they are."""
    moves, loses = 0, 0
    overdue: list[str] = []
    relieved: list[str] = []
    for secret in secrets:
        if secret.is_retired or secret.rotation_interval_days is not None or secret.next_rotation_reason:
            continue
        then = copy(secret)
        then.next_rotation_on = policy.next_rotation_on(
            last_rotated_on=secret.last_rotated_on, interval_days=interval_days
        )
        loses += then.next_rotation_on is None and secret.next_rotation_on is not None
        moves += then.next_rotation_on is not None and then.next_rotation_on != secret.next_rotation_on
        was, would_be = (one.standing(today) == Standing.OVERDUE for one in (secret, then))
        if would_be != was:
            (overdue if would_be else relieved).append(secret.name)
    return Effect(moves, loses, tuple(overdue), tuple(relieved))


def _names(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
