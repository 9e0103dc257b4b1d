"""Knows the changes that weaken control by what other rows say: intervals of types, what somebody who left owned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from audit import marks
from audit.change_sets import ChangeSet
from audit.weakening import Weakening, is_longer
from contacts.models import Person
from inventory.models import Secret, SecretType


def mark_longer_intervals(
    *,
    instances: Sequence[Secret],
    previous: Mapping[object, Any],
    change_type: str,
    change_set: ChangeSet,
    **kwargs: object,
) -> None:
    """Mark a secret that has a longer interval by its own or by another type (a receiver of `recorded`)."""
    pairs = [(previous[row.pk], row) for row in instances if change_type == "~" and row.pk in previous]
    moved = [(before, row) for before, row in pairs if _interval(before) != _interval(row) and not row.is_retired]
    if not moved:
        return
    kinds = {row.type_id for pair in moved for row in pair if row.type_id is not None}
    known: dict[int | None, int | None] = dict(
        SecretType.objects.filter(pk__in=kinds).values_list("pk", "rotation_interval_days")
    )
    if any(is_longer(_days(before, known), _days(row, known)) for before, row in moved):
        marks.weakens(change_set, Weakening.INTERVAL)


def mark_who_left(
    *,
    instances: Sequence[Person],
    previous: Mapping[object, Any],
    change_type: str,
    change_set: ChangeSet,
    **kwargs: object,
) -> None:
    """Mark that somebody left for whom nobody takes over (a receiver of `recorded`)."""
    gone = [row.pk for row in instances if row.pk in previous and previous[row.pk].is_active and not row.is_active]
    if change_type != "~" or not gone:
        return
    owner = Q(owner__isnull=True) | Q(owner__is_active=False)
    backup = Q(backup_owner__isnull=True) | Q(backup_owner__is_active=False)
    theirs = Q(owner__in=gone) | Q(backup_owner__in=gone)
    if Secret.objects.in_use().filter(theirs, owner, backup).exists():
        marks.weakens(change_set, Weakening.LAST_OWNER)


def _interval(row: Any) -> tuple[int | None, int | None]:
    return row.rotation_interval_days, row.type_id


def _days(row: Any, known: Mapping[int | None, int | None]) -> int | None:
    """Return the interval that counts for a secret or a copy of one."""
    return row.rotation_interval_days if row.rotation_interval_days is not None else known.get(row.type_id)
