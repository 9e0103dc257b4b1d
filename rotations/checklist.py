"""Knows what the page of one rotation shows: its secrets, what may be recorded of each, and what happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from audit.models import ChangeRow, ChangeSet, User
from rotations.models import Rotation, RotationItem
from rotations.policies import may_record

MOST_ENTRIES = 10
_ROTATION, _ITEM = "rotations.rotation", "rotations.rotationitem"


@dataclass(frozen=True, slots=True)
class Row:
    """A secret of the rotation: its item, whether it may be ticked, and whether it may be taken back now."""

    item: RotationItem
    can_be_recorded: bool
    can_be_undone: bool


def rows_of(rotation: Rotation, *, user: User, undo_since: datetime) -> list[Row]:
    """Return the secrets of `rotation`, those to do first; one query.

    What was recorded since `undo_since` may be taken back.
    """
    to_do_first = Case(When(outcome=RotationItem.Outcome.OPEN, then=Value(0)), default=Value(1))
    items = RotationItem.objects.filter(rotation=rotation).select_related("secret__owner", "recorded_by")
    return [_row(item, rotation, user, undo_since) for item in items.order_by(to_do_first, "secret__name", "pk")]


def history_of(rotation: Rotation, rows: Sequence[Row]) -> QuerySet[ChangeSet]:
    """Return the latest acts that touched `rotation` or one of its items, the last one first."""
    own = Q(model=_ROTATION, object_id=str(rotation.pk))
    items = Q(model=_ITEM, object_id__in=[str(row.item.pk) for row in rows])
    touched = ChangeRow.objects.filter(own | items, change_set=OuterRef("pk"))
    return ChangeSet.objects.filter(Exists(touched)).order_by("-at", "-pk")[:MOST_ENTRIES]


def _row(item: RotationItem, rotation: Rotation, user: User, undo_since: datetime) -> Row:
    allowed = may_record(user, item.secret, rotation)
    ready = rotation.is_open and rotation.planned_on is not None and not item.secret.is_retired
    fresh = item.recorded_at is not None and item.recorded_at >= undo_since
    return Row(
        item,
        can_be_recorded=allowed and ready and item.outcome == RotationItem.Outcome.OPEN,
        can_be_undone=allowed and fresh and item.outcome == RotationItem.Outcome.ROTATED,
    )
