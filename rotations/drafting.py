"""Makes rotations: which secrets, why, when and led by whom, with a checklist of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from audit.acts import because
from audit.models import User
from contacts.models import Person
from contacts.working_days import next_working_day
from inventory.models import Secret
from rotations.models import ChecklistStep, ReminderOffset, Rotation, RotationItem, RotationTask
from rotations.policies import may_plan

Cause, Kind = Rotation.Cause, RotationTask.Kind
URGENT = (Cause.LEAK, Cause.VENDOR_BREACH)
CLEAN_UP = "Revoke the old ones"
# Where no reminder of kind "clean-up" says how many days later it comes.
CLEAN_UP_DAYS = 1
MOST_SECRETS = 10_000


def create_rotation(
    *,
    secrets: Sequence[Secret],
    by: User,
    planned_on: date | None = None,
    owner: Person | None = None,
    title: str = "",
    cause: str = Cause.SCHEDULED,
    reason: str = "",
    notes: str = "",
    clean_up_on: date | None = None,
) -> Rotation:
    """Make a rotation of `secrets` with its checklist; without a day it is a draft. Queries grow by chunks of 500.

    `clean_up_on` is the last day of the clean-up; None means the day the clean-up reminder stands on, moved to a
    working day. Raises PermissionDenied where `by` may not plan, and ValidationError with code "none" for no secret,
    "many" for more than 10,000, "retired" for a retired one, and "clean_up" for a clean-up before the rotation.
    """
    if not may_plan(by):
        raise PermissionDenied("Rotations are planned by security.")
    _check(secrets, planned_on, clean_up_on)
    because(reason or f"Planned the rotation of {len(secrets)} secrets")
    places = {secret.environment_id for secret in secrets}
    with transaction.atomic():
        rotation = Rotation(
            title=title,
            kind=Rotation.Kind.EMERGENCY if cause in URGENT else Rotation.Kind.SCHEDULED,
            cause=cause,
            state=Rotation.State.DRAFT if planned_on is None else Rotation.State.PLANNED,
            environment_id=places.pop() if len(places) == 1 else None,
            planned_on=planned_on,
            owner=owner,
            reason=reason,
            notes=notes,
        )
        rotation.full_clean()
        rotation.save()
        RotationItem.objects.bulk_create([RotationItem(rotation=rotation, secret=secret) for secret in secrets])
        add_checklist(rotation, types={secret.type_id for secret in secrets}, clean_up_on=clean_up_on)
        return rotation


def add_checklist(rotation: Rotation, *, types: Iterable[int | None], clean_up_on: date | None = None) -> None:
    """Give `rotation` the steps of `types` and its clean-up; those of every type where one has none of its own."""
    _add_checklists({rotation: types}, clean_up_on=clean_up_on)


def add_checklists(types: Mapping[Rotation, Iterable[int | None]]) -> None:
    """Give each rotation, by the types of its secrets, what `add_checklist` gives one; three queries for all."""
    if types:
        _add_checklists(types)


def _add_checklists(types: Mapping[Rotation, Iterable[int | None]], *, clean_up_on: date | None = None) -> None:
    rows = list(ChecklistStep.objects.order_by("position", "pk").values_list("type", "kind", "words"))
    days = clean_up_days()
    tasks = []
    for rotation, of in types.items():
        steps = _steps_for(of, rows)
        tasks += [
            RotationTask(rotation=rotation, kind=kind, words=words, position=place)
            for place, (kind, words) in enumerate(steps)
        ]
        due_on = clean_up_on or _days_after(rotation.planned_on, days)
        tasks.append(clean_up(rotation, due_on, place=len(steps)))
    RotationTask.objects.bulk_create(tasks)


def clean_up(rotation: Rotation, due_on: date | None, *, place: int = 0) -> RotationTask:
    """Return the clean-up of `rotation`, unsaved."""
    return RotationTask(rotation=rotation, kind=Kind.CLEAN_UP, words=CLEAN_UP, position=place, due_on=due_on)


def _steps_for(types: Iterable[int | None], rows: Iterable[Any]) -> list[tuple[str, str]]:
    """Return kind and words of the steps that a rotation of secrets of `types` begins with, each once."""
    wanted = set(types)
    of_types = [row for row in rows if row[0] is None or row[0] in wanted]
    have_own = {of for of, _, _ in of_types if of is not None}
    once: dict[str, tuple[str, str]] = {}
    for of, kind, words in of_types:
        if of is not None or not wanted or wanted - have_own:
            once.setdefault(words.casefold(), (kind, words))
    once.pop(CLEAN_UP.casefold(), None)
    return list(once.values())


def clean_up_day(on: date | None) -> date | None:
    """Return the last day of the clean-up of a rotation on `on`: where the reminder stands, or the working day after.

    None for a rotation without a day; one query.
    """
    return _days_after(on, clean_up_days()) if on is not None else None


def _days_after(on: date | None, days: int) -> date | None:
    try:
        return next_working_day(on + timedelta(days=days)) if on is not None else None
    except OverflowError:
        return None


def clean_up_days() -> int:
    """Return how many days after a rotation the last clean-up reminder stands; one query."""
    rows = ReminderOffset.objects.filter(kind=ReminderOffset.Kind.CLEAN_UP, days_before__lt=0)
    return max((-days for days in rows.values_list("days_before", flat=True) if days), default=CLEAN_UP_DAYS)


def _check(secrets: Sequence[Secret], planned_on: date | None, clean_up_on: date | None) -> None:
    if not secrets:
        raise ValidationError("Choose at least one secret.", code="none")
    if len(secrets) > MOST_SECRETS:
        raise ValidationError(f"Choose at most {MOST_SECRETS} secrets for one rotation.", code="many")
    if retired := next((secret for secret in secrets if secret.is_retired), None):
        raise ValidationError(f"{retired} is retired. Set its status back first, or leave it out.", code="retired")
    if clean_up_on is not None and (planned_on is None or clean_up_on < planned_on):
        raise ValidationError("The clean-up comes after the rotation.", code="clean_up")
