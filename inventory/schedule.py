"""Knows what moves the dates of secrets: a rotation that was recorded, and the interval of a type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from inventory.models import Secret, SecretType


def rotated(secrets: Sequence[Secret], *, on: date) -> None:
    """Set the day of the last rotation and work out the next one; a date that was given by hand ends.

    For rotations.recording alone: nothing else moves this day forward.
    """
    for secret in secrets:
        secret.last_rotated_on = on
        secret.next_rotation_reason = ""
    Secret.objects.bulk_update(secrets, ["last_rotated_on", "next_rotation_reason"], batch_size=500)


def reschedule(types: Iterable[SecretType]) -> int:
    """Work out the next rotations of the secrets of `types` anew and return how many secrets were looked at."""
    chosen = Secret.objects.filter(type__in=types, rotation_interval_days__isnull=True, next_rotation_reason="")
    rows = list(chosen.select_for_update(of=("self",)).select_related("type"))
    Secret.objects.bulk_update(rows, ["next_rotation_on"], batch_size=500)
    return len(rows)


def follow_intervals(
    *, instances: Iterable[SecretType], previous: Mapping[object, Any], change_type: str, **kwargs: object
) -> None:
    """Move the dates of secrets when the interval of their type changes, in the same act (a receiver of `recorded`)."""
    moved = [
        kind
        for kind in instances
        if change_type == "~" and kind.rotation_interval_days != previous[kind.pk].rotation_interval_days
    ]
    if moved:
        reschedule(moved)
