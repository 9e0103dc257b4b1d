"""Gives rotations another day."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from audit.acts import because
from audit.models import User
from rotations.completion import locked
from rotations.models import Rotation, RotationTask


def plan_for(
    *, rotation: Rotation, on: date | None, by: User, reason: str = "", clean_up_on: date | None = None
) -> Rotation:
    """Plan `rotation` for `on`, or make it a draft where that is None; its clean-up moves along, or to `clean_up_on`.

    A rotation under way stays so. Raises PermissionDenied where `by` may not, and ValidationError with code "over"
    for a rotation that is over, or "begun" where one under way would be a draft.
    """
    because(reason or (f"Planned for {on}" if on is not None else "No day yet"))
    with transaction.atomic():
        rotation, _ = locked(rotation, by)
        if not rotation.is_open:
            words = f"This rotation is {rotation.get_state_display().lower()}. Nothing was changed."
            raise ValidationError(words, code="over")
        if on is None and rotation.state == Rotation.State.IN_PROGRESS:
            raise ValidationError("This rotation is under way: choose a day.", code="begun")
        if rotation.state != Rotation.State.IN_PROGRESS:
            rotation.state = Rotation.State.DRAFT if on is None else Rotation.State.PLANNED
        rotation.planned_on = on
        rotation.save(update_fields=["state", "planned_on"])
        if clean_up_on is not None:
            RotationTask.objects.clean_ups().filter(rotation=rotation).update(due_on=clean_up_on)
        return rotation
