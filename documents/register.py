"""Loads what a document shows, whole and in its order, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from contacts.models import EscalationStep, Person, Team, TitledRole
from documents.models import DocumentSection
from inventory.models import Environment, Secret, SecretType, Service, TeamAssignment
from rotations.models import ReminderOffset, Rotation, RotationItem

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Item:
    """A secret in a rotation, and the day it was rotated on, None where it was not."""

    secret: Secret
    rotated_on: date | None


@dataclass(slots=True)
class Register:
    """Everything a document shows; related rows are one object each, wherever they are named."""

    teams: list[Team]
    people: list[Person]
    roles: list[TitledRole]
    steps: list[EscalationStep]
    environments: list[Environment]
    services: list[Service]
    types: list[SecretType]
    assignments: list[TeamAssignment]
    reminders: list[ReminderOffset]
    secrets: list[Secret]
    rotations: list[Rotation]
    items: dict[int, list[Item]]
    sections: list[DocumentSection]


def load(*, lock: bool = False) -> Register:
    """Return the register as it is; 13 queries. `lock` keeps others from changing secrets and rotations meanwhile."""
    secrets, rotations = Secret.objects.order_by("pk"), Rotation.objects.order_by("pk")
    if lock:
        secrets = secrets.select_for_update(of=("self",))
        rotations = rotations.select_for_update(of=("self",))
    found = Register(
        teams=list(Team.objects.order_by("pk")),
        people=list(Person.objects.order_by("pk")),
        roles=_in_order(TitledRole.objects.all()),
        steps=_in_order(EscalationStep.objects.all()),
        environments=_in_order(Environment.objects.all()),
        services=_in_order(Service.objects.all()),
        types=_in_order(SecretType.objects.all()),
        assignments=_in_order(TeamAssignment.objects.all()),
        reminders=_in_order(ReminderOffset.objects.all()),
        secrets=list(secrets),
        rotations=list(rotations),
        items={},
        sections=_in_order(DocumentSection.objects.all()),
    )
    _relate(found)
    _add_items(found)
    return found


def _in_order(rows: QuerySet[Row]) -> list[Row]:
    return list(rows.order_by("position", "pk"))


def _relate(found: Register) -> None:
    """Put the loaded rows where Django would fetch them one by one."""
    teams, people, types = _by_key(found.teams), _by_key(found.people), _by_key(found.types)
    places = {place.code: place for place in found.environments}
    codes = {service.code: service for service in found.services}
    roles = _by_key(found.roles)
    _put(found.teams, "lead", people)
    _put(found.people, "team", teams)
    _put(found.roles, "person", people)
    _put(found.steps, "team", teams)
    _put(found.steps, "titled_role", roles)
    _put(found.types, "responsible_team", teams)
    _put(found.assignments, "secret_type", types)
    _put(found.assignments, "team", teams)
    for name, rows in (("type", types), ("owner", people), ("backup_owner", people), ("team", teams)):
        _put(found.secrets, name, rows)
    _put(found.secrets, "environment", places)
    _put(found.secrets, "service", codes)
    _put(found.rotations, "environment", places)
    _put(found.rotations, "owner", people)
    _put(found.sections, "environment", places)
    _put(found.sections, "secret_type", types)


def _by_key(rows: Iterable[Row]) -> dict[object, Row]:
    return {row.pk: row for row in rows}


def _put(rows: Sequence[Model], name: str, related: Mapping[Any, Model]) -> None:
    column = f"{name}_id"
    for row in rows:
        key = getattr(row, column)
        if key is not None:
            row._state.fields_cache[name] = related[key]


def _add_items(found: Register) -> None:
    secrets = {secret.pk: secret for secret in found.secrets}
    chosen = RotationItem.objects.order_by("pk").values_list("rotation_id", "secret_id", "rotated_on")
    for rotation, secret, rotated_on in chosen.iterator(chunk_size=5000):
        found.items.setdefault(rotation, []).append(Item(secrets[secret], rotated_on))
