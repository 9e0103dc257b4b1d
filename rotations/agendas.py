"""Keeps the agendas: which secrets fall due on which day outside a planned rotation. Follows every recorded write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from audit.change_sets import ChangeSet
from inventory.models import Secret
from inventory.querysets import SecretQuerySet
from rotations import calendar_version
from rotations.models import Agenda, AgendaLine, Rotation, RotationItem

CHUNK = 500
# What of a secret an agenda shows or hangs on.
_OF_SECRET = ("environment_id", "next_rotation_on", "waived_until", "status", "owner_id")
Place = tuple[str, date]  # the environment's code and the day


def due_on(*, next_rotation_on: date, waived_until: date | None) -> date:
    """Return the last day that is on time: the due date, or the end of a waiver that goes on beyond it."""
    return next_rotation_on if waived_until is None else max(next_rotation_on, waived_until)


def due_unplanned(secrets: SecretQuerySet) -> SecretQuerySet:
    """Return those of `secrets` in use that have a due date and are to do in no planned rotation."""
    planned = RotationItem.objects.filter(
        secret=OuterRef("pk"), outcome__in=("open", "deferred"), rotation__state__in=("planned", "in_progress")
    )
    return secrets.in_use().filter(~Exists(planned), next_rotation_on__isnull=False)


def follow_changes(
    *,
    sender: Any,
    instances: Sequence[Any],
    previous: Mapping[object, Any],
    change_type: str,
    change_set: ChangeSet,
    **kwargs: object,
) -> None:
    """Bring the agendas up to date with what was just recorded, in its transaction (a receiver of `recorded`).

    The number of queries does not grow with `instances`, of which there are at most 500.
    """
    find = {Secret: _changed_secrets, RotationItem: _of_changed_items, Rotation: _of_changed_rotations}.get(sender)
    if find is not None:
        refresh(find(instances, previous, change_type), at=change_set.at)
    calendar_version.bump()


def refresh(secrets: Iterable[int], *, at: datetime) -> None:
    """Put the secrets with these keys where they belong; the agendas they are on, were on or come to are revised."""
    keys = sorted(set(secrets))
    for start in range(0, len(keys), CHUNK):
        with transaction.atomic(savepoint=False):
            _refresh(keys[start : start + CHUNK], at)


def _changed_secrets(secrets: Sequence[Any], previous: Mapping[object, Any], change_type: str) -> list[int]:
    return [
        secret.pk
        for secret in secrets
        if change_type == "~" or secret.next_rotation_on is not None
        if _differs(secret, previous.get(secret.pk), _OF_SECRET)
    ]


def _of_changed_items(items: Sequence[Any], previous: Mapping[object, Any], change_type: str) -> list[int]:
    changed = [
        item
        for item in items
        if change_type != "~" or _differs(item, previous.get(item.pk), ("secret_id", "outcome", "rotation_id"))
    ]
    before = [previous[item.pk].secret_id for item in changed if item.pk in previous]
    return [*before, *(item.secret_id for item in changed)]


def _of_changed_rotations(rotations: Sequence[Any], previous: Mapping[object, Any], change_type: str) -> list[int]:
    moved = [rotation.pk for rotation in rotations if _differs(rotation, previous.get(rotation.pk), ("state",))]
    if not moved or change_type != "~":
        return []
    return list(RotationItem.objects.filter(rotation__in=moved).values_list("secret_id", flat=True))


def _differs(row: Any, before: Any, names: Iterable[str]) -> bool:
    return before is None or any(getattr(row, name) != getattr(before, name) for name in names)


def _refresh(keys: Sequence[int], at: datetime) -> None:
    due = due_unplanned(Secret.objects.filter(pk__in=keys))
    rows: Iterable[Any] = due.values_list("pk", "environment_id", "next_rotation_on", "waived_until")
    wanted: dict[int, Place] = {
        key: (code, due_on(next_rotation_on=day, waived_until=waived)) for key, code, day, waived in rows
    }
    lines = list(AgendaLine.objects.filter(secret_id__in=keys).select_related("agenda"))
    here = {line.secret_id: (line.agenda.environment_id, line.agenda.on) for line in lines}
    left = [line.pk for line in lines if wanted.get(line.secret_id) != here[line.secret_id]]
    missing = {key: place for key, place in wanted.items() if here.get(key) != place}
    agendas = _agendas(set(missing.values()), at)
    if left:
        AgendaLine.objects.filter(pk__in=left).delete()
    added = [AgendaLine(secret_id=key, agenda_id=agendas[place]) for key, place in missing.items()]
    AgendaLine.objects.bulk_create(added, ignore_conflicts=True)
    _revise({line.agenda_id for line in lines} | set(agendas.values()), at)


def _agendas(places: set[Place], at: datetime) -> dict[Place, int]:
    """Return the keys of the agendas at `places`, adding those that are missing."""
    known = _known(places)
    if fresh := sorted(places - known.keys()):
        made = [Agenda(environment_id=code, on=day, updated_at=at) for code, day in fresh]
        Agenda.objects.bulk_create(made, ignore_conflicts=True)
        known |= _known(set(fresh))
    return known


def _known(places: set[Place]) -> dict[Place, int]:
    if not places:
        return {}
    agendas = Agenda.objects.filter(environment__code__in={code for code, _ in places}, on__in={on for _, on in places})
    rows: Iterable[Any] = agendas.values_list("environment_id", "on", "pk")
    return {(code, day): key for code, day, key in rows if (code, day) in places}


def _revise(keys: set[int], at: datetime) -> None:
    """Mark the agendas as revised, once in one act; forget those that the act made and emptied again, unseen by anyone.

    One that another transaction holds is revised by that: waiting for it might end in a deadlock.
    """
    if not keys:
        return
    chosen = Agenda.objects.filter(pk__in=keys)
    free = chosen.exclude(updated_at=at).order_by("pk").select_for_update(skip_locked=True, no_key=True)
    if revised := list(free.values_list("pk", flat=True)):
        Agenda.objects.filter(pk__in=revised).update(sequence=F("sequence") + 1, updated_at=at)
    chosen.filter(updated_at=at, sequence=0, lines__isnull=True).delete()
