"""The steps of one rotation and the notes in it: ticked, added and taken away by those who take part."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from audit.acts import because, current_act
from audit.models import User
from rotations.completion import complete_if_done
from rotations.models import Rotation, RotationItem, RotationNote, RotationTask
from rotations.policies import may_edit_rotation, may_take_part

MOST_TASKS = 50


def tick(*, task: RotationTask, by: User, today: date, done: bool = True) -> RotationTask:
    """Say that `task` is done, or with `done` False that it is not. Saying it twice changes nothing.

    Raises PermissionDenied where `by` takes no part in the rotation, and ValidationError with code "alive" for a
    clean-up while an old one still works, "follows" for a step that follows from what is recorded, or "over" where
    the rotation was cancelled, or a step of a complete one would be undone.
    """
    because(f"{'Done' if done else 'Not done'}: {task.words}"[:300])
    with transaction.atomic():
        # Before the step, as those do who add and remove steps: else two could wait for each other.
        list(Rotation.objects.filter(pk=task.rotation_id).select_for_update().values_list("pk"))
        found = _locked(task)
        if not may_take_part(by, found.rotation):
            raise PermissionDenied("Those who lead the rotation or answer for a secret in it tick its steps.")
        if found.rotation.state == Rotation.State.CANCELLED:
            raise ValidationError("This rotation was cancelled.", code="over")
        if found.rotation.state == Rotation.State.COMPLETE and found.is_done and not done:
            raise ValidationError("This rotation is complete, and its steps with it.", code="over")
        if found.kind in (RotationTask.Kind.ROTATE, RotationTask.Kind.VERIFY):
            raise ValidationError("This step follows from what is recorded of the secrets.", code="follows")
        if done and found.kind == RotationTask.Kind.CLEAN_UP:
            _check_clean_up(found)
        if found.is_done != done:
            found.done_by, found.done_at = (by, current_act().now()) if done else (None, None)
            found.save()
            _finish(found.rotation, today, by, begun=done)
        return found


def add_step(*, rotation: Rotation, words: str, by: User) -> RotationTask:
    """Add a step at the end of the checklist of `rotation`.

    Raises PermissionDenied where `by` may not change it, and ValidationError with code "over" or "many", or by field.
    """
    because(f"Added a step: {words}"[:300])
    with transaction.atomic():
        found = _to_change(rotation, by)
        tasks = found.tasks.aggregate(last=Max("position"))
        if found.tasks.count() >= MOST_TASKS:
            raise ValidationError(f"A rotation has at most {MOST_TASKS} steps.", code="many")
        task = RotationTask(rotation=found, words=words.strip(), position=(tasks["last"] or 0) + 1)
        task.full_clean()
        task.save()
        return task


def remove_step(*, task: RotationTask, by: User) -> None:
    """Take a step away; history keeps it. The clean-up stays.

    Raises PermissionDenied where `by` may not change the rotation, and ValidationError with code "over" or "clean_up".
    """
    because(f"Removed a step: {task.words}"[:300])
    with transaction.atomic():
        _to_change(task.rotation, by)
        found = _locked(task)
        if found.kind == RotationTask.Kind.CLEAN_UP:
            raise ValidationError("The clean-up stays: it ends with the last old one.", code="clean_up")
        found.delete()


def move_clean_up(*, task: RotationTask, due_on: date, by: User) -> RotationTask:
    """Give the clean-up another last day.

    Raises PermissionDenied where `by` may not change the rotation, and ValidationError with code "before".
    """
    because(f"Clean-up by {due_on}")
    with transaction.atomic():
        found = _locked(task)
        if not may_edit_rotation(by, found.rotation):
            raise PermissionDenied("Security and whoever leads it change a rotation.")
        if found.rotation.planned_on is not None and due_on < found.rotation.planned_on:
            raise ValidationError("The clean-up comes after the rotation.", code="before")
        found.due_on = due_on
        found.save()
        return found


def add_note(*, rotation: Rotation, text: str, by: User) -> RotationNote:
    """Add a note to `rotation`, over or not; nobody's note is lost to another's.

    Raises PermissionDenied where `by` takes no part in it, and ValidationError for an empty or too long text.
    """
    because("Added a note")
    if not may_take_part(by, rotation):
        raise PermissionDenied("Those who lead the rotation or answer for a secret in it write notes.")
    note = RotationNote(rotation=rotation, text=text.strip(), by=by, at=current_act().now())
    note.full_clean()
    note.save()
    return note


def _locked(task: RotationTask) -> RotationTask:
    chosen = RotationTask.objects.select_for_update(of=("self",)).select_related("rotation")
    found = chosen.filter(pk=task.pk).first()
    if found is None:
        raise ValidationError("Somebody removed this step a moment ago.", code="gone")
    return found


def _to_change(rotation: Rotation, by: User) -> Rotation:
    found: Rotation = Rotation.objects.select_for_update().get(pk=rotation.pk)
    if not may_edit_rotation(by, found):
        raise PermissionDenied("Security and whoever leads it change a rotation.")
    if not found.is_open:
        raise ValidationError(f"This rotation is {found.get_state_display().lower()}.", code="over")
    return found


def _check_clean_up(task: RotationTask) -> None:
    alive = RotationItem.objects.with_old_one_alive().filter(rotation=task.rotation_id).select_related("secret")
    if found := alive.order_by("secret__name").first():
        words = f"The old value of {found.secret} still works. Mark it as revoked; the clean-up ends with the last one."
        raise ValidationError(words, code="alive")


def _finish(rotation: Rotation, today: date, by: User, *, begun: bool) -> None:
    """Begin the rotation with its first step, and complete it with its last if nothing else is left."""
    if begun and rotation.is_open and rotation.state != Rotation.State.DRAFT and rotation.items.rotated().exists():
        complete_if_done([rotation], on=today, by=by)
