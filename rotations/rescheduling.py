"""Follows rotations that move: calendars learn how often and when, and the clean-up moves along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count

from audit.change_sets import ChangeSet
from contacts.working_days import next_working_day
from rotations.drafting import clean_up_day
from rotations.models import Rotation, RotationItem, RotationTask


def follow_plans(
    *,
    instances: Sequence[Rotation],
    previous: Mapping[object, Any],
    change_type: str,
    change_set: ChangeSet,
    **kwargs: object,
) -> None:
    """Count the moves of rotations that were just changed, and note when they were cancelled; up to three queries.

    A receiver of `recorded`.

    The number of moves is taken from the number of revisions, which only grows, whatever a stale copy held.
    """
    if change_type != "~":
        return
    moved = [rotation for rotation in instances if _schedule(rotation) != _schedule(previous.get(rotation.pk))]
    revisions = _revisions(moved) if moved else {}
    since = _cancelled_since(instances)
    for rotation in instances:
        if rotation.pk in revisions:
            rotation.sequence = revisions[rotation.pk] - 1
        rotation.rescheduled_at = change_set.at
        rotation.cancelled_at = (since[rotation.pk] or change_set.at) if rotation.pk in since else None
    Rotation.objects.bulk_update(instances, ["sequence", "rescheduled_at", "cancelled_at"])
    _move_clean_ups(instances, previous)


def follow_parts(
    *,
    instances: Sequence[Any],
    previous: Mapping[object, Any],
    change_type: str,
    change_set: ChangeSet,
    **kwargs: object,
) -> None:
    """Note when secrets or steps of rotations changed: calendars take what they are told later.

    What is recorded says by itself when. A receiver of `recorded`; at most one query.
    """
    keys = {row.rotation_id for row in instances if change_type == "-" or not _says_when(row, previous.get(row.pk))}
    if keys:
        earlier = Rotation.objects.filter(pk__in=keys, rescheduled_at__lt=change_set.at)
        # Locked in the order in which everybody does.
        in_order = earlier.order_by("pk").select_for_update().values("pk")
        Rotation.objects.filter(pk__in=in_order).update(rescheduled_at=change_set.at)


def _says_when(row: Any, before: Any) -> bool:
    if not isinstance(row, RotationItem) or row.recorded_at is None:
        return False
    return before is not None and before.recorded_at != row.recorded_at


def _move_clean_ups(rotations: Sequence[Rotation], previous: Mapping[object, Any]) -> None:
    """Keep the clean-ups that are to be done as many days after their rotations as they were, on working days."""
    plans = {
        rotation.pk: (previous[rotation.pk].planned_on, rotation.planned_on)
        for rotation in rotations
        if rotation.pk in previous and previous[rotation.pk].planned_on != rotation.planned_on
    }
    tasks = list(RotationTask.objects.clean_ups().filter(rotation__in=plans)) if plans else []
    for task in tasks:
        task.due_on = _moved(task.due_on, *plans[task.rotation_id])
    RotationTask.objects.bulk_update(tasks, ["due_on"])


def _moved(due_on: date | None, before: date | None, after: date | None) -> date | None:
    if after is None or before is None or due_on is None:
        return clean_up_day(after)
    try:
        return next_working_day(after + max(due_on - before, timedelta()))
    except OverflowError:
        return None


def _cancelled_since(rotations: Sequence[Rotation]) -> dict[int, datetime | None]:
    """Return the cancelled ones and since when they are; None for those that just became it.

    The rows are asked, not the copies at hand, which may be stale.
    """
    keys = [rotation.pk for rotation in rotations if rotation.state == Rotation.State.CANCELLED]
    return dict(Rotation.objects.filter(pk__in=keys).values_list("pk", "cancelled_at")) if keys else {}


def _schedule(row: Any) -> tuple[date | None, bool] | None:
    if row is None:
        return None
    return row.completed_on or row.planned_on, row.state == Rotation.State.CANCELLED


def _revisions(rotations: Sequence[Rotation]) -> dict[int, int]:
    rows = Rotation.history.filter(id__in=[rotation.pk for rotation in rotations]).order_by().values("id")
    return dict(rows.annotate(revisions=Count("history_id")).values_list("id", "revisions"))
