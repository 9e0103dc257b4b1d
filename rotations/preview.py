"""Knows what recording would change, before it is done. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from audit.models import User
from inventory import policy
from inventory.models import Secret
from rotations import recording
from rotations.models import Rotation
from rotations.recording import Problem


@dataclass(frozen=True, slots=True)
class Change:
    """One secret before and after; `plan` is the rotation whose item is completed, None where a new one is made."""

    secret: Secret
    last_after: date | None
    next_after: date | None
    plan: Rotation | None
    problem: Problem | None

    @property
    def is_refused(self) -> bool:
        """Whether it cannot be recorded, whatever is confirmed."""
        return self.problem is not None and self.problem.code != "earlier"

    @property
    def moves(self) -> bool:
        """Whether its dates change."""
        return not self.is_refused and self.last_after != self.secret.last_rotated_on


def changes(secrets: Sequence[Secret], *, on: date, by: User, rotation: Rotation | None = None) -> list[Change]:
    """Return what recording `secrets` as rotated on `on` would change, in their order; two queries."""
    to_do = recording.items_to_do(secrets, rotation)
    problems = {problem.secret.pk: problem for problem in recording.problems(secrets, to_do, on=on, by=by)}
    found = []
    for secret in secrets:
        item = to_do.get(secret.pk)
        last, following = _dates(secret, on)
        plan = item.rotation if item is not None else None
        found.append(Change(secret, last, following, plan, problems.get(secret.pk)))
    return found


def _dates(secret: Secret, on: date) -> tuple[date | None, date | None]:
    if secret.last_rotated_on is not None and on <= secret.last_rotated_on:
        return secret.last_rotated_on, secret.next_rotation_on
    return on, policy.next_rotation_on(last_rotated_on=on, interval_days=secret.interval_days)
