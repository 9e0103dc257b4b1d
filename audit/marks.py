"""Notes of every change set what it can be found by later: production, ownership, rotations, weakened control.

Rows of the floors above are known here by the labels of their models and the names of their columns only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import models

from audit.change_reviews import ChangeMark
from audit.change_sets import ChangeSet
from audit.history import history_of
from audit.weakening import Columns, Weakening, weakenings

Kind = ChangeMark.Kind
Noted = tuple[str, str]  # a kind, and the way in which control is weakened
# Where a row says its environment: a column of its own, or its secret.
_ENVIRONMENTS = {
    "inventory.environment": "code",
    "inventory.secret": "environment_id",
    "inventory.consumer": "secret",
    "rotations.rotation": "environment_id",
    "rotations.rotationitem": "secret",
}
_OWNERSHIP = {
    "inventory.secret": frozenset({"owner_id", "backup_owner_id", "team_id"}),
    "inventory.secrettype": frozenset({"responsible_team_id"}),
    "inventory.teamassignment": frozenset({"team_id"}),
    "contacts.person": frozenset({"is_active", "team_id", "account_id"}),
    "contacts.team": frozenset({"lead_id"}),
    "contacts.titledrole": frozenset({"person_id"}),
}
_DATES = frozenset({"last_rotated_on", "next_rotation_on", "waived_until"})
_ROTATIONS = frozenset({"rotations.rotation", "rotations.rotationitem"})


def mark_changes(
    *,
    sender: Any,
    instances: Sequence[Any],
    previous: Mapping[object, Any],
    change_type: str,
    change_set: ChangeSet,
    **kwargs: object,
) -> None:
    """Note what was just recorded (a receiver of `recorded`); at most two queries, however many rows."""
    label = sender._meta.label_lower
    if _ENVIRONMENTS.get(label) == "secret":
        models.prefetch_related_objects(instances, "secret")
    names = [field.attname for field in history_of(sender).tracked_fields]
    production = frozenset(settings.PRODUCTION_ENVIRONMENTS)
    found: set[Noted] = set()
    for row in instances:
        before = _columns(previous.get(row.pk), names) if change_type != "+" else {}
        after = _columns(row, names) if change_type != "-" else {}
        found.update(_noted(label, before, after))
        found.update((Kind.WEAKENS, way) for way in weakenings(label, before, after, production=production))
        if _environment_of(label, row) in production:
            found.add((Kind.PRODUCTION, ""))
    write(change_set, found)


def weakens(change_set: ChangeSet, way: Weakening) -> None:
    """Note that `change_set` weakens control; for what the floors above know better."""
    write(change_set, [(Kind.WEAKENS, way)])


def write(change_set: ChangeSet, found: Iterable[Noted]) -> None:
    """Keep the marks, those that stand already too; one query, none where there are none."""
    marks = [ChangeMark(change_set=change_set, kind=kind, way=way) for kind, way in sorted(found)]
    if marks:
        ChangeMark.objects.bulk_create(marks, ignore_conflicts=True)


def _noted(label: str, before: Columns, after: Columns) -> Iterator[Noted]:
    if _differ(before, after, _OWNERSHIP.get(label, frozenset())):
        yield Kind.OWNERSHIP, ""
    if label in _ROTATIONS or (label == "inventory.secret" and _differ(before, after, _DATES)):
        yield Kind.ROTATION, ""


def _differ(before: Columns, after: Columns, names: frozenset[str]) -> bool:
    """Return whether one of `names` says something else; of a row that came or went only what it names counts."""
    if before and after:
        return any(before[name] != after[name] for name in names)
    there = before or after
    return any(there.get(name) is not None for name in names - {"is_active"})


def _columns(row: Any, names: Sequence[str]) -> Columns:
    return {name: getattr(row, name) for name in names} if row is not None else {}


def _environment_of(label: str, row: Any) -> str:
    place = _ENVIRONMENTS.get(label, "")
    if place == "secret":
        return str(row.secret.environment_id)
    return str(getattr(row, place)) if place else ""
