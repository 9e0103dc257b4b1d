"""Takes over rotations that took place outside the register, as rows to be written by the caller."""

from __future__ import annotations

from datetime import date, datetime

from audit.models import User
from rotations.models import RotationItem

# What `take_over` may set, beside the dates of the secret.
COLUMNS = ("outcome", "rotated_on", "recorded_by", "recorded_at")
SECRET_COLUMNS = ("last_rotated_on", "next_rotation_on", "next_rotation_reason")


def take_over(item: RotationItem, *, on: date, by: User | None, at: datetime, moves_date: bool) -> None:
    """Say in `item` that its secret was rotated on `on`, as `rotations.recording` would; nothing is saved.

    With `moves_date` the secret, which the caller saves too, has its last and next rotation set.
    """
    secret = item.secret
    item.outcome, item.rotated_on = RotationItem.Outcome.ROTATED, on
    item.recorded_by, item.recorded_at = by, at
    item.last_rotated_before = secret.last_rotated_on
    item.next_rotation_before = secret.next_rotation_on
    item.next_rotation_reason_before = secret.next_rotation_reason
    if moves_date:
        secret.last_rotated_on = on
        secret.next_rotation_reason = ""
        secret.derive_next_rotation()
