"""Knows the sheets about rotations: what became of every due date of the period, and what was recorded in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from audit.models import User
from audit.past import end_of
from documents.evidence.collecting import Ground
from documents.evidence.duties import Duty, Outcome, Version, duties
from documents.evidence.sheet import Sheet, day, instant
from inventory.models import Secret
from rotations.models import Rotation, RotationItem

DUE_COLUMNS = (
    *("secret", "due_on", "outcome", "days_late", "rotated_on", "ended_on", "moved_to"),
    *("waived_on", "waived_until", "waived_reason", "owner"),
)
RECORDED_COLUMNS = (
    *("secret", "rotated_on", "recorded_by", "recorded_at", "kind", "rotation", "evidence", "verified_on"),
    *("old_revoked_on", "note"),
)
_VERSION = ("history_date", "status", "last_rotated_on", "next_rotation_on", "waived_until", "waived_reason")
_ITEM = (
    *("secret_id", "rotated_on", "recorded_by_id", "recorded_at", "rotation_id", "evidence", "verified_on"),
    *("old_revoked_on", "note"),
)


def due(ground: Ground) -> Sheet:
    """Return the due dates of the period, at least one line for every secret."""
    versions = ground.versions(*_VERSION)
    rows = [row for secret in ground.secrets for row in _due_rows(secret, versions.get(secret.pk, ()), ground)]
    return Sheet(
        name="rotations-due",
        title="Rotations that were due",
        note="Every secret, and what had become of its due dates by the end of the day of the register: those of the"
        " period, and those still unmet when it began. A rotation that was taken back counts as none, and a waiver"
        " counts where it was entered by the due date.",
        columns=DUE_COLUMNS,
        rows=rows,
        covered=len({row[0] for row in rows}),
        of=len(ground.everything),
        noun="secrets",
    )


def _due_rows(secret: Secret, versions: Sequence[tuple[Any, ...]], ground: Ground) -> Iterator[list[str]]:
    as_of, first_on, last_on = ground.wish.as_of, ground.wish.first_on, ground.wish.last_on
    zone = timezone.get_default_timezone()
    told = [Version(at.astimezone(zone).date(), *rest) for at, *rest in versions]
    owner = secret.owner.name if secret.owner else ""
    touched = [duty for duty in duties(told, as_of=as_of) if duty.touches(first_on, last_on)]
    for duty in touched:
        yield _due_row(secret, duty, as_of, owner)
    if not secret.is_retired and secret.next_rotation_on is None:
        yield _gap(secret, Outcome.NO_DATE if secret.last_rotated_on else Outcome.NEVER, owner)
    elif not touched:
        yield _gap(secret, Outcome.NOTHING, owner)


def _due_row(secret: Secret, duty: Duty, as_of: date, owner: str) -> list[str]:
    late = duty.days_late(as_of)
    return [
        secret.name,
        day(duty.due_on),
        duty.outcome(as_of),
        str(late) if late else "",
        day(duty.rotated_on),
        day(duty.ended_on),
        day(duty.moved_to),
        day(duty.waived_on),
        day(duty.waived_until),
        duty.waived_reason,
        owner,
    ]


def _gap(secret: Secret, outcome: Outcome, owner: str) -> list[str]:
    waived = [day(secret.waived_until), secret.waived_reason] if secret.waived_until else ["", ""]
    return [secret.name, day(secret.next_rotation_on), outcome, "", "", "", "", "", *waived, owner]


def recorded(ground: Ground) -> Sheet:
    """Return the rotations that took place or were recorded in the period; what was taken back is not among them."""
    names = {secret.pk: secret.name for secret in ground.everything}
    asked = {secret.pk for secret in ground.secrets}
    items = [item for item in _items(ground) if _is_in_period(item, ground)]
    kinds = dict(ground.past.history(Rotation).values_list("id", "kind"))
    accounts = ground.past.rows(User)
    rows = [_recorded_row(item, names, kinds, accounts) for item in items if item[0] in asked]
    return Sheet(
        name="rotations-recorded",
        title="Rotations that were recorded",
        note="What took place in the period or was recorded in it, as it stood on the day of the register.",
        columns=RECORDED_COLUMNS,
        rows=sorted(rows, key=lambda row: (row[1], row[0], row[5])),
        covered=len(rows),
        of=len(items),
        noun="rotations",
    )


def _recorded_row(
    item: tuple[Any, ...], names: Mapping[int, str], kinds: Mapping[int, str], accounts: Mapping[Any, User]
) -> list[str]:
    key, on, by, at, rotation, evidence, verified_on, revoked_on, note = item
    return [
        names[key],
        day(on),
        accounts[by].name if by in accounts else "",
        instant(at),
        kinds.get(rotation, ""),
        str(rotation),
        evidence,
        day(verified_on),
        day(revoked_on),
        note,
    ]


def _items(ground: Ground) -> Iterator[tuple[Any, ...]]:
    rows = ground.past.history(RotationItem).filter(outcome=RotationItem.Outcome.ROTATED)
    return iter(rows.order_by("id").values_list(*_ITEM))


def _is_in_period(item: tuple[Any, ...], ground: Ground) -> bool:
    rotated_on, recorded_at = item[1], item[3]
    first_on, last_on = ground.wish.first_on, ground.wish.last_on
    if first_on <= rotated_on <= last_on:
        return True
    return recorded_at is not None and end_of(first_on - timedelta(days=1)) <= recorded_at < end_of(last_on)
