"""What holds of rotations through every door, the shell too: receivers of `recorded`, which refuse anything else.

What was wrong before a write is no news: it stops nobody from mending something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.models import ChangeSet
from inventory import schedule
from inventory.models import Secret
from rotations.acknowledging import refuse_long
from rotations.completion import OVER, SAYS_DOCUMENT, UNDO_MINUTES, end_of, is_fresh
from rotations.marks import MARKS
from rotations.models import Rotation, RotationItem, RotationTask
from rotations.models.rotation import problems_of

Outcome, State = RotationItem.Outcome, Rotation.State
# Outcomes that moved the date of a secret, forth or back.
MOVED = (Outcome.ROTATED, Outcome.UNDONE)
_STAYS = "What was recorded stays. Undo it on the rotation's page within ten minutes, or record what is right."


def hold_rotations(
    *,
    instances: Sequence[Any],
    previous: Mapping[object, Any],
    change_type: str,
    change_set: ChangeSet,
    **kwargs: object,
) -> None:
    """Refuse to end a rotation with something open in it, and to go back on what it is.

    A complete rotation, and no other, has a day of completion, up to today. One that is over goes on within ten
    minutes only; one that was made here does not become an imported one, of which less is asked, nor one under way a
    draft. Raises ValidationError with code "open", "alive", "nothing" or "late", or by field. Three queries where a
    rotation was completed, one for each that goes on again, else none.
    """
    if change_type == "-":
        return
    today = _day_of(change_set)
    for row in instances:
        before = previous.get(row.pk)
        _refuse_day(row, before, today)
        if before is not None:
            _refuse_step_back(row, before, change_set)
    completed = [row for row in instances if _is_completed(row, previous.get(row.pk)) and not _says_document(row)]
    if completed:
        _refuse_open([row.pk for row in completed], with_open=True)
        # Those that are new have no secrets yet.
        _refuse_empty([row.pk for row in completed if row.pk in previous])


def hold_items(
    *,
    instances: Sequence[Any],
    previous: Mapping[object, Any],
    change_type: str,
    change_set: ChangeSet,
    **kwargs: object,
) -> None:
    """Refuse what moves a date without recording, marks on what was not rotated, and work in what is over.

    Nor is anything marked on a day to come, set aside for no reason, or left alive in a complete rotation without a
    word. Raises ValidationError with code "recorded", "over", "retired" or "alive", or by field. Up to three queries.
    """
    for row in instances:
        _refuse_moving(row, previous.get(row.pk), change_type)
    if change_type == "-":
        return
    for row in instances:
        _refuse_marks(row, previous.get(row.pk), _day_of(change_set))
    if alive := [row.rotation_id for row in instances if row.outcome == Outcome.ROTATED and not row.old_revoked_on]:
        _refuse_open(alive, with_open=False)
    if fresh := [row.pk for row in instances if row.outcome == Outcome.OPEN and _was_not(previous.get(row.pk))]:
        # A document may tell of secrets that were retired since they were planned.
        _refuse_work(fresh, are_new=change_type == "+" and not schedule.is_recording())


def hold_tasks(*, instances: Sequence[Any], change_type: str, **kwargs: object) -> None:
    """Refuse to take the clean-up from a rotation in which something was rotated, and to change the steps of one over.

    Raises ValidationError with code "clean_up" or "over". One query where steps come or go.
    """
    if change_type == "~":
        return
    keys = {row.rotation_id for row in instances}
    if over := _held().filter(pk__in=keys, state__in=OVER).first():
        raise ValidationError(f"{over} is {over.get_state_display().lower()}: its steps stay as they are.", code="over")
    clean_ups = {row.rotation_id for row in instances if row.kind == RotationTask.Kind.CLEAN_UP}
    if change_type == "-" and RotationItem.objects.rotated().filter(rotation__in=clean_ups).exists():
        raise ValidationError("The clean-up stays: it ends with the last old one.", code="clean_up")


def hold_acknowledgements(
    *,
    instances: Sequence[Any],
    previous: Mapping[object, Any],
    change_type: str,
    change_set: ChangeSet,
    **kwargs: object,
) -> None:
    """Refuse quiet for longer than anybody may ask for. Raises ValidationError with code "far"."""
    for row in instances if change_type != "-" else ():
        before = previous.get(row.pk)
        if before is None or before.until_on != row.until_on:
            refuse_long(row.until_on, today=_day_of(change_set))


def _day_of(change_set: ChangeSet) -> date:
    return timezone.localtime(change_set.at).date()


def _says_document(row: Any) -> bool:
    """Return whether a document that is being imported says so; who writes its words by hand is asked everything."""
    return schedule.is_recording() and row.old_alive_reason == SAYS_DOCUMENT


def _held() -> QuerySet[Rotation]:
    """Return the rotations of which everything is asked: of what a document says is complete, less is known."""
    return _made_here().exclude(old_alive_reason=SAYS_DOCUMENT)


def _made_here() -> QuerySet[Rotation]:
    return Rotation.objects.exclude(kind=Rotation.Kind.IMPORTED)


def _refuse_day(row: Any, before: Any, today: date) -> None:
    day = row.completed_on
    if day is None or (before is not None and (before.completed_on, before.state) == (day, row.state)):
        return
    if row.state != State.COMPLETE:
        raise ValidationError({"completed_on": "Only a complete rotation has a day on which it was completed."})
    if day > today:
        raise ValidationError({"completed_on": "Choose a date up to today."})


def _refuse_step_back(row: Any, before: Any, change_set: ChangeSet) -> None:
    if row.kind == Rotation.Kind.IMPORTED != before.kind:
        raise ValidationError({"kind": "Only an import makes imported rotations."})
    if row.state == State.DRAFT and before.state == State.IN_PROGRESS:
        raise ValidationError({"state": "It is under way: it cannot be a draft again."})
    if before.state not in OVER or row.state == before.state:
        return
    end, was = end_of(row, before_latest=True)
    if was is None or not is_fresh(end, change_set.at):
        words = f"It is {State(before.state).label.lower()}. That is undone for {UNDO_MINUTES} minutes."
        raise ValidationError(f"{words} Make another rotation for what is left.", code="late")


def _is_completed(row: Any, before: Any) -> bool:
    return row.state == State.COMPLETE and (
        before is None or before.state != State.COMPLETE or before.old_alive_reason != row.old_alive_reason
    )


def _refuse_open(keys: Iterable[int], *, with_open: bool) -> None:
    complete = _made_here().filter(pk__in=keys, state=State.COMPLETE)
    told = RotationItem.objects.filter(rotation__in=complete).select_related("secret").order_by("secret__name")
    alive = told.with_old_one_alive().filter(rotation__old_alive_reason="")
    left = list(told.filter(outcome=Outcome.OPEN)[:1]) if with_open else []
    if left:
        words = f"{left[0].secret} is still to do. Record it, or say that it failed, is skipped or deferred, and why."
        raise ValidationError(words, code="open")
    if found := list(alive[:1]):
        many = alive.count()
        words = f"The old value of {found[0].secret} still works{f', and {many - 1} more do' if many > 1 else ''}."
        raise ValidationError(f"{words} Mark it as revoked, or say why it may stay.", code="alive")


def _refuse_empty(keys: Sequence[int]) -> None:
    rotated = RotationItem.objects.rotated().filter(rotation__in=keys).values("rotation")
    if _made_here().filter(pk__in=keys).exclude(pk__in=rotated).exists():
        raise ValidationError("Nothing was rotated. Cancel the rotation instead.", code="nothing")


def _refuse_moving(row: Any, before: Any, change_type: str) -> None:
    """Refuse to make or unmake what moved a date where nothing is being recorded."""
    if schedule.is_recording():
        return
    if change_type == "-" and row.outcome in MOVED:
        raise ValidationError(_STAYS, code="recorded")
    told = (row.outcome, row.rotated_on)
    known = (before.outcome, before.rotated_on) if before is not None else (Outcome.OPEN, None)
    if told == known or change_type == "-":
        return
    if known[0] in MOVED:
        raise ValidationError(_STAYS, code="recorded")
    if row.outcome in MOVED:
        words = f"{row.secret} is recorded as rotated on its page or that of the rotation, where its date moves."
        raise ValidationError(words, code="recorded")


def _refuse_marks(row: Any, before: Any, today: date) -> None:
    for name, _ in MARKS.values():
        day = getattr(row, name)
        if day is not None and day > today and (before is None or getattr(before, name) != day):
            raise ValidationError({name: "Choose a date up to today."})
    if (errors := problems_of(row)) and not (before is not None and problems_of(before)):
        raise ValidationError(errors)


def _was_not(before: Any) -> bool:
    return before is None or before.outcome not in (Outcome.OPEN, *MOVED)


def _refuse_work(keys: Sequence[int], *, are_new: bool) -> None:
    """Refuse what is to do, since just now, in a rotation that is over, or with a retired secret."""
    items = RotationItem.objects.filter(pk__in=keys).select_related("secret", "rotation__environment")
    retired = Q(secret__in=Secret.objects.filter(status=Secret.Status.RETIRED)) if are_new else Q(pk__in=())
    over = Q(rotation__in=_held().filter(state__in=OVER))
    found = items.filter(over | retired).first()
    if found is None:
        return
    if found.secret.is_retired and are_new:
        raise ValidationError(f"{found.secret} is retired. Set its status back first.", code="retired")
    state = found.rotation.get_state_display().lower()
    raise ValidationError(f"{found.rotation} is {state}: nothing is to do in it any more.", code="over")
