"""Knows when a rotation is over: nothing left to do, and no old value alive without anybody saying so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from audit.acts import because, current_act
from audit.models import ChangeSet, User
from rotations.models import Rotation, RotationItem, RotationTask
from rotations.policies import may_edit_rotation

Outcome, State, Task = RotationItem.Outcome, Rotation.State, RotationTask.Kind
OVER = (State.COMPLETE, State.CANCELLED)
LEFT = (Outcome.OPEN, Outcome.DEFERRED)
UNDO_MINUTES = 10
# Why an imported document may say that a rotation is complete without a word about its secrets.
SAYS_DOCUMENT = "A document says that it is complete."
SAYS_CANCELLED = "A document says that it is cancelled."


def complete(*, rotation: Rotation, by: User, today: date, old_alive_reason: str = "") -> Rotation:
    """Complete `rotation` today, whatever failed, was skipped or deferred; its clean-up stays to be done.

    Raises PermissionDenied where `by` may not, and ValidationError with code "over" where it is over already,
    "open" where something is to do, "alive" where an old one still works and no reason says why, and "nothing"
    where nothing was rotated.
    """
    because(old_alive_reason or "Completed the rotation")
    with transaction.atomic():
        rotation, items = locked(rotation, by)
        if not rotation.is_open:
            raise ValidationError(f"This rotation is {_words(rotation)} already. Nothing was changed.", code="over")
        if not any(item.outcome == Outcome.ROTATED for item in items):
            raise ValidationError("Nothing was rotated. Cancel the rotation instead.", code="nothing")
        rotation.state, rotation.completed_on = State.COMPLETE, today
        rotation.old_alive_reason = old_alive_reason
        rotation.save(update_fields=["state", "completed_on", "old_alive_reason"])
        return rotation


def cancel(*, rotation: Rotation, by: User, reason: str) -> Rotation:
    """Cancel `rotation`; what was rotated in it stays rotated, and calendars are told.

    Raises PermissionDenied where `by` may not, and ValidationError with code "over" or "reason".
    """
    if not reason.strip():
        raise ValidationError("Say why it is cancelled.", code="reason")
    because(reason)
    with transaction.atomic():
        rotation, _ = locked(rotation, by)
        if not rotation.is_open:
            raise ValidationError(f"This rotation is {_words(rotation)} already. Nothing was changed.", code="over")
        rotation.state = State.CANCELLED
        rotation.save(update_fields=["state"])
        return rotation


def reopen(*, rotation: Rotation, by: User) -> Rotation:
    """Take back that `rotation` was completed or cancelled, within ten minutes, by an entry that says so.

    Raises PermissionDenied where `by` may not, and ValidationError with code "open" where it is not over, or "late".
    """
    because("Completed or cancelled by mistake, taken back")
    with transaction.atomic():
        rotation, _ = locked(rotation, by)
        if rotation.is_open:
            raise ValidationError("This rotation is not over.", code="open")
        end, before = end_of(rotation)
        if before is None or not is_fresh(end, current_act().now()):
            words = f"Undo is possible for {UNDO_MINUTES} minutes. Make another rotation for what is left."
            raise ValidationError(words, code="late")
        rotation.state, rotation.completed_on, rotation.old_alive_reason = before, None, ""
        rotation.save(update_fields=["state", "completed_on", "old_alive_reason"])
        return rotation


def can_be_reopened(rotation: Rotation, *, now: datetime) -> bool:
    """Return whether it may still be taken back that `rotation` was completed or cancelled; one query."""
    end, before = end_of(rotation) if not rotation.is_open else (None, None)
    return before is not None and is_fresh(end, now)


def end_of(rotation: Rotation, *, before_latest: bool = False) -> tuple[ChangeSet | None, str | None]:
    """Return the act that ended `rotation` and its state before that, None where it never had another; one query.

    With `before_latest` its latest version, with which it goes on, is left out.
    """
    end = None
    versions = rotation.history.select_related("change_set").order_by("-history_id")
    for version in versions[1:] if before_latest else versions:
        if version.state not in OVER:
            return end, version.state
        end = version.change_set
    return end, None


def is_fresh(end: ChangeSet | None, now: datetime) -> bool:
    """Return whether the act `end` may still be taken back."""
    return end is not None and now - end.at <= timedelta(minutes=UNDO_MINUTES)


def locked(rotation: Rotation, by: User) -> tuple[Rotation, list[RotationItem]]:
    """Return `rotation` and its items as they are, locked: items before rotations, as recording locks them.

    Raises PermissionDenied where `by` may not change it.
    """
    items = RotationItem.objects.filter(rotation=rotation.pk).select_for_update(of=("self",)).order_by("pk")
    rows = list(items.select_related("secret"))
    found: Rotation = Rotation.objects.select_for_update().get(pk=rotation.pk)
    if not may_edit_rotation(by, found):
        raise PermissionDenied("Security and whoever leads it change a rotation.")
    return found, rows


def complete_if_done(rotations: Sequence[Rotation], *, on: date, by: User | None) -> None:
    """Complete on `on` those of `rotations` in which nothing is left to do, and begin the others.

    Left to do are secrets, steps, verifying where it is a step, and old ones that still work. A clean-up is ticked
    with the last old one. Where nothing was rotated, somebody cancels the rotation instead.
    """
    keys = [rotation.pk for rotation in rotations]
    # Two people who record the last two secrets of one at once would each see the other's as still to do. And what the
    # caller holds may be stale: somebody may have cancelled it meanwhile.
    known = {row.pk: row for row in Rotation.objects.filter(pk__in=keys).order_by("pk").select_for_update()}
    items = RotationItem.objects.filter(rotation__in=keys)
    alive = set(items.with_old_one_alive().values_list("rotation_id", flat=True))
    left = items.filter(outcome__in=LEFT).exclude(rotation__state__in=OVER)
    unfinished = alive | set(left.values_list("rotation_id", flat=True))
    _tick_clean_ups(set(keys) - unfinished, by)
    unfinished |= _with_open_steps(keys)
    rotated = dict(items.rotated().order_by().values_list("rotation_id").annotate(Max("rotated_on")))
    moved = []
    for rotation in known.values():
        if rotation.is_open and rotation.pk in rotated.keys() - unfinished:
            # Not before its last secret was rotated: what is recorded last may have been done first.
            rotation.state, rotation.completed_on = State.COMPLETE, max(on, rotated[rotation.pk] or on)
            moved.append(rotation)
        elif rotation.state == State.PLANNED or (rotation.state == State.DRAFT and rotation.pk in rotated):
            rotation.state = State.IN_PROGRESS
            moved.append(rotation)
    Rotation.objects.bulk_update(moved, ["state", "completed_on"])
    for rotation in rotations:
        rotation.state, rotation.completed_on = known[rotation.pk].state, known[rotation.pk].completed_on


def _with_open_steps(keys: Iterable[int]) -> set[int]:
    """Return the rotations with a step that nobody ticked, or with verifying as a step and something not verified."""
    tasks = RotationTask.objects.filter(rotation__in=keys)
    verified = tasks.filter(kind=Task.VERIFY).values("rotation")
    left = RotationItem.objects.rotated().filter(verified_on__isnull=True, rotation__in=verified)
    unticked = tasks.unticked()
    return {*unticked.values_list("rotation_id", flat=True), *left.values_list("rotation_id", flat=True)}


def _tick_clean_ups(keys: set[int], by: User | None) -> None:
    tasks = list(RotationTask.objects.clean_ups().filter(rotation__in=keys))
    for task in tasks:
        task.done_by, task.done_at = by, current_act().now()
    RotationTask.objects.bulk_update(tasks, ["done_by", "done_at"])


def _words(rotation: Rotation) -> str:
    done = f" since {rotation.completed_on}" if rotation.completed_on is not None else ""
    return f"{rotation.get_state_display().lower()}{done}"
