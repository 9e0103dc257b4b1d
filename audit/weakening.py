"""Knows which changes weaken control, from what a row was before and after. Pure: it reads no row but those two.

Rows of the floors above are known here by the labels of their models and the names of their columns only. What hangs
on other rows (the interval that a secret has from its type, what somebody who left owned) the floors above say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import models

Columns = Mapping[str, Any]  # of one row, by the names the database gives them; empty where there is no row


class Weakening(models.TextChoices):
    """A way in which a change weakens control; the label stands beside the mark."""

    RETIRED = "retired", "an active production secret was retired"
    INTERVAL = "interval", "a longer interval"
    WAIVER = "waiver", "rotation waived"
    LAST_OWNER = "last_owner", "nobody answers for it any more"
    ROLE = "role", "access was given"
    ESCALATION = "escalation", "fewer people are called"
    CATALOGUE = "catalogue", "an environment or service was removed"


def weakenings(label: str, before: Columns, after: Columns, *, production: frozenset[str]) -> set[Weakening]:
    """Return the ways in which a change of one row of the model `label` weakens control.

    `before` is empty for a row that was added, `after` for one that was removed. `production` are the codes of the
    environments that matter most.
    """
    if label == "inventory.secret":
        return set(_of_a_secret(before, after, production))
    rule = _RULES.get(label)
    return {rule[0]} if rule is not None and rule[1](before, after) else set()


def is_longer(before: int | None, after: int | None) -> bool:
    """Return whether an interval became longer; None is no interval at all, the longest there is."""
    return before is not None and (after is None or after > before)


def _of_a_secret(before: Columns, after: Columns, production: frozenset[str]) -> Iterator[Weakening]:
    if not before:
        return
    if before["environment_id"] in production and before["status"] == "active" and _is_out_of_use(after):
        yield Weakening.RETIRED
    if _is_out_of_use(after):
        return
    until, earlier = after["waived_until"], before["waived_until"]
    if until is not None and (earlier is None or until > earlier):
        yield Weakening.WAIVER
    if _somebody(before) and not _somebody(after):
        yield Weakening.LAST_OWNER


def _is_out_of_use(after: Columns) -> bool:
    return not after or after["status"] == "retired"


def _somebody(columns: Columns) -> bool:
    return columns["owner_id"] is not None or columns["backup_owner_id"] is not None


def _is_longer_for_a_type(before: Columns, after: Columns) -> bool:
    return bool(before and after) and is_longer(before["rotation_interval_days"], after["rotation_interval_days"])


def _gives_access(before: Columns, after: Columns) -> bool:
    """Return whether an account became a superuser, or may sign in again."""
    return bool(after) and any(after[name] and not before.get(name, name == "is_active") for name in _ACCESS)


def _is_added(before: Columns, after: Columns) -> bool:
    return not before


def _is_removed(before: Columns, after: Columns) -> bool:
    return not after


_ACCESS = ("is_superuser", "is_active")
_RULES: dict[str, tuple[Weakening, Callable[[Columns, Columns], bool]]] = {
    "inventory.secrettype": (Weakening.INTERVAL, _is_longer_for_a_type),
    "inventory.environment": (Weakening.CATALOGUE, _is_removed),
    "inventory.service": (Weakening.CATALOGUE, _is_removed),
    "contacts.escalationstep": (Weakening.ESCALATION, _is_removed),
    "audit.rolegrant": (Weakening.ROLE, _is_added),
    "audit.user": (Weakening.ROLE, _gives_access),
}
