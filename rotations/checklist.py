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


@dataclass(frozen=True, slots=True)
class Checklist:
    """The secrets of a rotation, those to do first."""

    rows: Sequence[Row]

    @property
    def done(self) -> int:
        """How many are rotated."""
        return sum(row.item.outcome == RotationItem.Outcome.ROTATED for row in self.rows)

    @property
    def can_be_recorded(self) -> bool:
        """Whether any may be ticked."""
        return any(row.can_be_recorded for row in self.rows)

    @property
    def has_checks(self) -> bool:
        """Whether anything is known beyond the rotation itself: that it was verified, or the old one revoked."""
        return any(row.item.verified_on or row.item.old_revoked_on for row in self.rows)


def checklist_of(rotation: Rotation, *, user: User, undo_since: datetime) -> Checklist:
    """Return the secrets of `rotation` with what `user` may do; one query.

    What was recorded since `undo_since` may be taken back.
    """
    to_do_first = Case(When(outcome=RotationItem.Outcome.OPEN, then=Value(0)), default=Value(1))
    items = RotationItem.objects.filter(rotation=rotation).select_related("secret__owner", "recorded_by")
    ordered = items.order_by(to_do_first, "secret__name", "pk")
    return Checklist([_row(item, rotation, user, undo_since) for item in ordered])


def history_of(rotation: Rotation, checklist: Checklist) -> QuerySet[ChangeSet]:
    """Return the latest acts that touched `rotation` or one of its items, the last one first."""
    own = Q(model=_ROTATION, object_id=str(rotation.pk))
    items = Q(model=_ITEM, object_id__in=[str(row.item.pk) for row in checklist.rows])
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
