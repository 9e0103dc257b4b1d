"""Knows what moves the dates of secrets: a rotation that was recorded, and the interval of a type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from inventory.models import Secret, SecretType

_recording: ContextVar[bool] = ContextVar("recording", default=False)


@contextmanager
def recording() -> Iterator[None]:
    """Let last rotations move: for rotations.recording and imported documents alone, which write the item as well."""
    token = _recording.set(True)
    try:
        yield
    finally:
        _recording.reset(token)


def is_recording() -> bool:
    """Return whether what is written now is a rotation being recorded, taken back or taken over."""
    return _recording.get()


def hold_last_rotations(
    *, instances: Iterable[Any], previous: Mapping[object, Any], change_type: str, **kwargs: object
) -> None:
    """Refuse, through every door, to move a last rotation without recording one (a receiver of `recorded`).

    A secret may be added with the day it was last rotated on. Raises ValidationError by field.
    """
    if change_type != "~" or is_recording():
        return
    for secret in instances:
        before = previous.get(secret.pk)
        if before is not None and before.last_rotated_on != secret.last_rotated_on:
            words = f"The last rotation of {secret} moves when a rotation is recorded or undone, and in no other way."
            raise ValidationError({"last_rotated_on": words}, code="recorded")


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
