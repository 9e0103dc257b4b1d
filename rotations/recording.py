"""The one place where a rotation is recorded and dates move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from audit.acts import because, current_act
from audit.models import User
from inventory import schedule
from inventory.models import Secret
from inventory.policies import person_of
from rotations.models import Rotation, RotationItem
from rotations.policies import may_record

Outcome, State, Kind = RotationItem.Outcome, Rotation.State, Rotation.Kind


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
) -> Recorded:
    """Record that `secrets` got new values on `on`, and move their dates; all of them or none.

    A secret that is to do in an open rotation has its item there completed; the others share a new rotation.
    Raises PermissionDenied where `by` may not record one of them, and ValidationError with code
    "future" where `on` is after `today`, "retired" for a retired secret, "recorded" where the same day was recorded
    already (by somebody else a moment ago, as a rule), and "earlier" where a later rotation is known, unless
    `earlier_is_meant`; an earlier one is kept but moves no date.
    """
    because(note or f"Rotated on {on}")
    if on > today:
        raise ValidationError("Choose a date up to today.", code="future")
    with transaction.atomic():
        rows = _locked(secrets)
        to_do = _items_to_do(rows)
        for secret in rows:
            item = to_do.get(secret.pk)
            _check(secret, on=on, by=by, item=item, earlier_is_meant=earlier_is_meant)
        fresh = _new_rotation(rows, to_do, on=on, by=by, note=note)
        items = [
            _record_one(secret, to_do.get(secret.pk), fresh, on=on, by=by, note=note, evidence=evidence)
            for secret in rows
        ]
        rotations = {item.rotation_id: item.rotation for item in items}
        for rotation in rotations.values():
            complete_if_done(rotation, on=on)
        return Recorded(items, list(rotations.values()))


def undo(*, item: RotationItem, by: User, reason: str) -> RotationItem:
    """Take back that the secret of `item` was rotated, by an entry that says so; nothing is erased.

    Raises ValidationError with code "not_last" where it was rotated again since.
    """
    because(reason)
    with transaction.atomic():
        secret = _locked([item.secret])[0]
        item = RotationItem.objects.select_for_update(of=("self",)).select_related("rotation").get(pk=item.pk)
        if not may_record(by, secret, item.rotation):
            raise PermissionDenied(f"{secret} is not yours to record.")
        if item.outcome != Outcome.ROTATED or secret.last_rotated_on != item.rotated_on or _later(secret, item):
            raise ValidationError(f"{secret} has another rotation since. Nothing was undone.", code="not_last")
        secret.last_rotated_on = item.last_rotated_before
        secret.next_rotation_on = item.next_rotation_before
        secret.next_rotation_reason = item.next_rotation_reason_before
        secret.save()
        item.outcome, item.rotated_on = Outcome.UNDONE, None
        item.recorded_by, item.recorded_at = by, current_act().now()
        item.save()
        return item


def complete_if_done(rotation: Rotation, *, on: date) -> None:
    """Complete `rotation` on `on` where nothing is left to do in it; begin it where something is done."""
    if not rotation.is_open:
        return
    to_do = rotation.items.filter(outcome__in=(Outcome.OPEN, Outcome.DEFERRED)).exists()
    if not to_do:
        rotation.state, rotation.completed_on = State.COMPLETE, on
    elif rotation.state == State.PLANNED:
        rotation.state = State.IN_PROGRESS
    else:
        return
    rotation.save()


def is_rotated(secret: Secret, *, on: date) -> bool:
    """Return whether `secret` is recorded as rotated on `on`; one query."""
    return RotationItem.objects.rotated().filter(secret=secret, rotated_on=on).exists()


def _locked(secrets: Sequence[Secret]) -> list[Secret]:
    keys = [secret.pk for secret in secrets]
    rows = Secret.objects.filter(pk__in=keys).select_related("type").order_by("pk")
    return list(rows.select_for_update(of=("self",)))


def _items_to_do(secrets: Sequence[Secret]) -> dict[int, RotationItem]:
    """Return the item to complete by secret: of several open rotations the one that is planned first."""
    keys = [secret.pk for secret in secrets]
    items = RotationItem.objects.to_do().filter(secret_id__in=keys, rotation__planned_on__isnull=False)
    rows = items.select_related("rotation").select_for_update(of=("self",)).order_by("-rotation__planned_on", "-pk")
    return {item.secret_id: item for item in rows}


def _check(secret: Secret, *, on: date, by: User, item: RotationItem | None, earlier_is_meant: bool) -> None:
    if not may_record(by, secret, item.rotation if item is not None else None):
        raise PermissionDenied(f"{secret} is not yours to record.")
    if secret.is_retired:
        raise ValidationError(f"{secret} is retired. Set its status back first.", code="retired")
    if is_rotated(secret, on=on):
        raise ValidationError(
            f"The rotation of {secret} on {on} is recorded already. Nothing was written.", code="recorded"
        )
    last = secret.last_rotated_on
    if last is not None and on < last and not earlier_is_meant:
        raise ValidationError(
            f"{secret} was rotated on {last}, after {on}. Confirm that an earlier rotation is meant.", code="earlier"
        )


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


def _record_one(
    secret: Secret,
    item: RotationItem | None,
    fresh: Rotation | None,
    *,
    on: date,
    by: User,
    note: str,
    evidence: str,
) -> RotationItem:
    if item is None:
        item = RotationItem(rotation=fresh, secret=secret)
    item.outcome, item.rotated_on = Outcome.ROTATED, on
    item.recorded_by, item.recorded_at = by, current_act().now()
    item.note, item.evidence = note, evidence
    item.last_rotated_before = secret.last_rotated_on
    item.next_rotation_before = secret.next_rotation_on
    item.next_rotation_reason_before = secret.next_rotation_reason
    item.save()
    if secret.last_rotated_on is None or on > secret.last_rotated_on:
        schedule.rotated(secret, on=on)
    return item


def _later(secret: Secret, item: RotationItem) -> bool:
    later = RotationItem.objects.rotated().filter(secret=secret, recorded_at__gt=item.recorded_at)
    return later.exclude(pk=item.pk).exists()
