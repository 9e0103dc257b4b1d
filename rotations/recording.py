"""The one place where a rotation is recorded and dates move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from audit.acts import because, current_act
from audit.models import User
from inventory import schedule
from inventory.models import Secret
from inventory.policies import person_of
from rotations.completion import UNDO_MINUTES, complete_if_done
from rotations.drafting import clean_up, clean_up_day
from rotations.models import Rotation, RotationItem, RotationTask
from rotations.policies import may_record

Outcome, State, Kind = RotationItem.Outcome, Rotation.State, Rotation.Kind
_WRITTEN = (
    *("outcome", "rotated_on", "recorded_by", "recorded_at", "note", "evidence"),
    *("old_revoked_on", "old_revoked_by"),
    *("last_rotated_before", "next_rotation_before", "next_rotation_reason_before"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands against recording a secret: "not_yours", "retired", "recorded", "earlier" or "over", in words."""

    secret: Secret
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording did: the items that are rotated now, and the rotation each belongs to."""

    items: Sequence[RotationItem]
    rotations: Sequence[Rotation]


def record_rotation(
    *,
    secrets: Sequence[Secret],
    on: date,
    by: User,
    today: date,
    note: str = "",
    evidence: str = "",
    earlier_is_meant: bool = False,
    old_revoked: bool = False,
    rotation: Rotation | None = None,
) -> Recorded:
    """Record that `secrets` got new values on `on`, and move their dates; all of them or none.

    A secret that is to do in an open rotation, in `rotation` before others, has its item there completed; the others
    share a new rotation. With `old_revoked` their old values no longer work; else a clean-up waits for it.
    Raises PermissionDenied where `by` may not record one of them, and ValidationError with code
    "future" where `on` is after `today`, "retired" for a retired secret, "recorded" where the same day was recorded
    already (by somebody else a moment ago, as a rule), "earlier" where a later rotation is known, unless
    `earlier_is_meant`; an earlier one is kept but moves no date; and "over" where one is not to do in `rotation` any
    more, so that nothing is recorded in another one than was looked at.
    """
    because(note or f"Rotated on {on}")
    if on > today:
        raise ValidationError("Choose a date up to today.", code="future")
    with transaction.atomic(), schedule.recording():
        rows = _locked(secrets)
        to_do = _still_open(items_to_do(rows, rotation))
        for problem in [*problems(rows, to_do, on=on, by=by), *_moved_on(rows, to_do, rotation)]:
            if problem.code == "not_yours":
                raise PermissionDenied(problem.message)
            if problem.code != "earlier" or not earlier_is_meant:
                raise ValidationError(problem.message, code=problem.code)
        fresh = _new_rotation(rows, to_do, on=on, by=by, note=note)
        items = [to_do.get(secret.pk) or RotationItem(rotation=fresh, secret=secret) for secret in rows]
        told = {"note": note, "evidence": evidence} | _old_one(on if old_revoked else None, by)
        _write(items, rows, on=on, by=by, told=told)
        schedule.rotated([secret for secret in rows if _is_later(on, secret)], on=on)
        rotations = list({item.rotation_id: item.rotation for item in items}.values())
        if not old_revoked:
            _add_clean_ups(rotations, on)
        complete_if_done(rotations, on=on, by=by)
        return Recorded(items, rotations)


def _add_clean_ups(rotations: Sequence[Rotation], on: date) -> None:
    """Give a clean-up to those of `rotations` that have none, and another day to one that was done too early."""
    keys = [rotation.pk for rotation in rotations]
    known = {task.rotation_id: task for task in RotationTask.objects.filter(rotation__in=keys, kind="clean_up")}
    due_on = clean_up_day(on)
    tasks = [clean_up(rotation, due_on) for rotation in rotations if rotation.pk not in known]
    RotationTask.objects.bulk_create(tasks)
    again = [task for task in known.values() if task.is_done]
    for task in again:
        task.done_by, task.done_at, task.due_on = None, None, due_on
    RotationTask.objects.bulk_update(again, ["done_by", "done_at", "due_on"])


def undo(*, items: Sequence[RotationItem], by: User, reason: str) -> list[RotationItem]:
    """Take back that the secrets of `items` were rotated, by entries that say so; nothing is erased. All or none.

    What was planned is to do again. Raises PermissionDenied where `by` may not record one of them, and
    ValidationError with code "late" after ten minutes, "not_last" where one was rotated or taken back since.
    """
    because(reason)
    since = current_act().now() - timedelta(minutes=UNDO_MINUTES)
    if any(item.recorded_at is not None and item.recorded_at < since for item in items):
        helps = "Record the right rotation, or ask security to correct it."
        raise ValidationError(f"Undo is possible for {UNDO_MINUTES} minutes. {helps}", code="late")
    with transaction.atomic(), schedule.recording():
        secrets = {secret.pk: secret for secret in _locked([item.secret for item in items])}
        locked = RotationItem.objects.filter(pk__in=[item.pk for item in items]).select_for_update(of=("self",))
        rows = list(locked.select_related("rotation").order_by("pk"))
        _lock_rotations(rows)
        for item in rows:
            _take_back(item, secrets[item.secret_id], by)
        for key in sorted({item.rotation_id for item in rows}):
            _reopen_or_cancel(key)
        return rows


def _lock_rotations(items: Sequence[RotationItem]) -> None:
    """Lock the rotations of `items`, which are locked themselves, in the order in which everybody does."""
    keys = {item.rotation_id for item in items}
    list(Rotation.objects.filter(pk__in=keys).order_by("pk").select_for_update().values_list("pk"))


def _take_back(item: RotationItem, secret: Secret, by: User) -> None:
    if not may_record(by, secret, item.rotation):
        raise PermissionDenied(f"{secret} is not yours to record.")
    if item.outcome != Outcome.ROTATED or item.rotated_on is None or _later(secret, item):
        raise ValidationError(f"{secret} has another rotation since. Nothing was undone.", code="not_last")
    if item.last_rotated_before is None or item.rotated_on > item.last_rotated_before:
        if secret.last_rotated_on != item.rotated_on:
            raise ValidationError(f"{secret} has another rotation since. Nothing was undone.", code="not_last")
        secret.last_rotated_on = item.last_rotated_before
        secret.next_rotation_on = item.next_rotation_before
        secret.next_rotation_reason = item.next_rotation_reason_before
        secret.save()
    was_planned = item.history.order_by("history_id").values_list("outcome", flat=True)[:1].get() == Outcome.OPEN
    item.outcome, item.rotated_on = Outcome.OPEN if was_planned else Outcome.UNDONE, None
    item.recorded_by, item.recorded_at = (None, None) if was_planned else (by, current_act().now())
    item.verified_on = item.verified_by = item.old_revoked_on = item.old_revoked_by = None
    item.save()


def _reopen_or_cancel(key: int) -> None:
    """Give the rotation the state that its items have left it in: nothing to do and nothing done is cancelled.

    One that somebody cancelled stays so.
    """
    rotation: Rotation = Rotation.objects.select_for_update().get(pk=key)
    if rotation.state == State.CANCELLED:
        return
    outcomes = set(rotation.items.values_list("outcome", flat=True))
    if outcomes & {Outcome.OPEN, Outcome.DEFERRED}:
        rotation.state = State.IN_PROGRESS if Outcome.ROTATED in outcomes else State.PLANNED
    elif Outcome.ROTATED not in outcomes:
        rotation.state = State.CANCELLED
    else:
        return
    rotation.completed_on, rotation.old_alive_reason = None, ""
    rotation.save(update_fields=["state", "completed_on", "old_alive_reason"])


def items_to_do(secrets: Sequence[Secret], rotation: Rotation | None = None) -> dict[int, RotationItem]:
    """Return the items that recording completes, by secret: that of `rotation`, else of the one planned first.

    Locks them, where a transaction is open; one query.
    """
    keys = [secret.pk for secret in secrets]
    items = RotationItem.objects.latest_planned_first().filter(secret_id__in=keys)
    rows = items.select_related("rotation__environment")
    if connection.in_atomic_block:
        rows = rows.select_for_update(of=("self",))
    found = {item.secret_id: item for item in rows}
    return found | {item.secret_id: item for item in rows if rotation is not None and item.rotation_id == rotation.pk}


def _still_open(to_do: Mapping[int, RotationItem]) -> dict[int, RotationItem]:
    """Return those whose rotations nobody ended before their items were locked; one query."""
    rotations = Rotation.objects.select_related("environment").in_bulk({item.rotation_id for item in to_do.values()})
    for item in to_do.values():
        item.rotation = rotations[item.rotation_id]
    return {key: item for key, item in to_do.items() if item.rotation.is_open}


def problems(secrets: Sequence[Secret], to_do: Mapping[int, RotationItem], *, on: date, by: User) -> Iterator[Problem]:
    """Yield what stands against recording each of `secrets` on `on`, at most one problem for each; one query."""
    rotated = RotationItem.objects.rotated().filter(secret__in=secrets, rotated_on=on)
    recorded = set(rotated.values_list("secret_id", flat=True))
    for secret in secrets:
        item = to_do.get(secret.pk)
        last = secret.last_rotated_on
        if not may_record(by, secret, item.rotation if item is not None else None):
            yield Problem(secret, "not_yours", f"{secret} is not yours to record.")
        elif secret.is_retired:
            yield Problem(secret, "retired", f"{secret} is retired. Set its status back first.")
        elif secret.pk in recorded:
            words = f"The rotation of {secret} on {on} is recorded already. Nothing was written."
            yield Problem(secret, "recorded", words)
        elif last is not None and on < last:
            words = f"{secret} was rotated on {last}, after {on}. Confirm that an earlier rotation is meant."
            yield Problem(secret, "earlier", words)


def _moved_on(
    secrets: Sequence[Secret], to_do: Mapping[int, RotationItem], rotation: Rotation | None
) -> Iterator[Problem]:
    """Yield what somebody did meanwhile in the rotation that the secrets were ticked in; two queries."""
    if rotation is None:
        return
    # Read again: the one that came along is of before the lock.
    known = Rotation.objects.filter(pk=rotation.pk).with_lead().first()
    outcomes = dict(RotationItem.objects.filter(rotation=rotation.pk).values_list("secret_id", "outcome"))
    for secret in secrets:
        item = to_do.get(secret.pk)
        if known is None or not known.is_open:
            state = known.get_state_display().lower() if known is not None else "gone"
            yield Problem(secret, "over", f"This rotation is {state} by now. Nothing was recorded.")
        elif secret.pk in outcomes and (item is None or item.rotation_id != rotation.pk):
            said = Outcome(outcomes[secret.pk]).label.lower()
            yield Problem(secret, "over", f"{secret} is {said} in this rotation by now. Nothing was recorded.")


def _locked(secrets: Sequence[Secret]) -> list[Secret]:
    keys = [secret.pk for secret in secrets]
    rows = Secret.objects.filter(pk__in=keys).select_related("type").order_by("pk")
    return list(rows.select_for_update(of=("self",)))


def _new_rotation(
    secrets: Sequence[Secret], to_do: dict[int, RotationItem], *, on: date, by: User, note: str
) -> Rotation | None:
    """Return the rotation for those without an item elsewhere, or None where there are none."""
    left = [secret for secret in secrets if secret.pk not in to_do]
    if not left:
        return None
    places = {secret.environment_id for secret in left}
    return Rotation.objects.create(
        kind=Kind.EMERGENCY if any(secret.is_compromised for secret in left) else Kind.SCHEDULED,
        state=State.IN_PROGRESS,
        environment_id=places.pop() if len(places) == 1 else None,
        planned_on=on,
        owner=person_of(by),
        notes=note,
        document_table=Rotation.Table.HISTORY,
    )


def _old_one(revoked_on: date | None, by: User) -> dict[str, Any]:
    return {"old_revoked_on": revoked_on, "old_revoked_by": by if revoked_on is not None else None}


def _write(
    items: Sequence[RotationItem], secrets: Sequence[Secret], *, on: date, by: User, told: Mapping[str, Any]
) -> None:
    """Write that the secret of each item, which stands at the same place in `secrets`, was rotated."""
    now = current_act().now()
    fresh = [item for item in items if item._state.adding]
    planned = [item for item in items if not item._state.adding]
    for item, secret in zip(items, secrets, strict=True):
        item.secret, item.outcome, item.rotated_on = secret, Outcome.ROTATED, on
        item.recorded_by, item.recorded_at = by, now
        for name, value in told.items():
            setattr(item, name, value)
        item.last_rotated_before = secret.last_rotated_on
        item.next_rotation_before = secret.next_rotation_on
        item.next_rotation_reason_before = secret.next_rotation_reason
    RotationItem.objects.bulk_create(fresh)
    RotationItem.objects.bulk_update(planned, _WRITTEN, batch_size=500)


def _is_later(on: date, secret: Secret) -> bool:
    return secret.last_rotated_on is None or on > secret.last_rotated_on


def _later(secret: Secret, item: RotationItem) -> bool:
    later = RotationItem.objects.rotated().filter(secret=secret, recorded_at__gt=item.recorded_at)
    return later.exclude(pk=item.pk).exists()
