"""One row of every tracked model, and the ways past its history that a database offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.core import serializers
from django.db import connection, models

from audit.acts import acting
from audit.models import ChangeSet
from audit.tracked import Tracked, tracked_models
from contacts.models import Absence, EscalationStep
from documents.models import DocumentSection
from inventory.models import Dependency, TeamAssignment
from rotations.feed_acts import make_feed
from rotations.models import (
    ChecklistStep,
    FreezePeriod,
    ReminderOffset,
    ReminderRung,
    RotationNote,
    RotationTask,
)
from tests.factories import (
    TODAY,
    make_acknowledgement,
    make_consumer,
    make_environment,
    make_person,
    make_rotation,
    make_secret,
    make_service,
    make_team,
    make_titled_role,
    make_type,
    make_user,
)

MODELS = sorted(tracked_models(), key=lambda model: model._meta.label)


def an_act() -> Any:
    return acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test")


def a_row_of(model: type[Tracked]) -> Any:
    """Return a recorded row of `model`."""
    with an_act():
        made: dict[str, Callable[[], Any]] = {
            "Acknowledgement": lambda: make_acknowledgement(),
            "Absence": lambda: Absence.objects.create(person=make_person(), first_on=TODAY, last_on=TODAY),
            "CalendarFeed": lambda: make_feed(by=make_user(roles=("security",)), scope="everything").feed,
            "ChecklistStep": lambda: ChecklistStep.objects.create(words="Tell the owners", type=make_type()),
            "Consumer": lambda: make_consumer(secret=make_secret()),
            "Dependency": lambda: Dependency.objects.create(secret=make_secret(), depends_on=make_secret()),
            "DocumentSection": lambda: DocumentSection.objects.create(heading="Heading"),
            "Environment": make_environment,
            "EscalationStep": lambda: EscalationStep.objects.create(kind="owner", position=1),
            "FreezePeriod": lambda: FreezePeriod.objects.create(first_on=TODAY, last_on=TODAY, reason="Sale"),
            "Person": make_person,
            "ReminderOffset": lambda: ReminderOffset.objects.create(label="Another", kind="other", days_before=3),
            "ReminderRung": lambda: ReminderRung.objects.create(label="Two days before", days=-2),
            "RoleGrant": lambda: make_user(roles=("owner",)).grants.get(),
            "Rotation": make_rotation,
            "RotationItem": lambda: make_rotation(secrets=(make_secret(),)).items.get(),
            "RotationNote": lambda: RotationNote.objects.create(rotation=make_rotation(), text="On it", by=make_user()),
            "RotationTask": lambda: RotationTask.objects.create(rotation=make_rotation(), words="Tell the owners"),
            "Secret": make_secret,
            "SecretType": make_type,
            "Service": make_service,
            "Team": make_team,
            "TeamAssignment": lambda: TeamAssignment.objects.create(words="Words", secret_type=make_type()),
            "TitledRole": make_titled_role,
            "User": make_user,
        }
        return made[model.__name__]()


def a_change_of(model: type[Tracked]) -> tuple[str, Any, str]:
    """Return a field that takes another value, the value, and the column."""
    for field in model.history.model.tracked_fields:
        if field.generated or field.is_relation or field.primary_key or field.choices:
            continue
        if field.name in model.fixed_columns or isinstance(field, models.BooleanField):
            continue
        value: Any = None
        if isinstance(field, (models.CharField, models.TextField)):
            value = "other"
        elif isinstance(field, models.DateField) and field.null:
            value = TODAY.replace(year=2030)
        elif isinstance(field, models.IntegerField):
            value = 4
        if value is not None:
            return field.name, value, field.column
    name = "role"
    return name, "auditor", name


def plain(model: type[Tracked]) -> models.QuerySet[Any]:
    """Return Django's own queryset, which writes no history."""
    return models.QuerySet(model)


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _update(row: Any) -> None:
    name, value, _ = a_change_of(type(row))
    plain(type(row)).filter(pk=row.pk).update(**{name: value})


def _bulk_update(row: Any) -> None:
    name, value, _ = a_change_of(type(row))
    setattr(row, name, value)
    plain(type(row)).bulk_update([row], [name])


def _copy_of(row: Any) -> Any:
    """Return a row that differs in what must be unique, not yet stored."""
    for field in row._meta.concrete_fields:
        if field.generated or field.primary_key or field.choices:
            continue
        if field.unique and field.is_relation:
            setattr(row, field.attname, None)
        elif isinstance(field, models.UUIDField):
            setattr(row, field.attname, uuid4())
        elif field.unique or field.name in ("name", "credential_type", "title", "words"):
            setattr(row, field.attname, "another")
        elif field.name in ("position", "days_before", "days"):
            setattr(row, field.attname, 99)
    if type(row).__name__ == "RoleGrant":
        row.role = "auditor"
    if type(row).__name__ in ("RotationItem", "Acknowledgement"):
        row.secret = make_secret()
    if type(row).__name__ == "Dependency":
        row.depends_on = make_secret()
    row.pk = None
    row._state.adding = True
    return row


def _bulk_create(row: Any) -> None:
    plain(type(row)).bulk_create([_copy_of(row)])


def _save_base(row: Any) -> None:
    name, value, _ = a_change_of(type(row))
    setattr(row, name, value)
    row.skip_history_when_saving = True
    models.Model.save_base(row)


def _raw_delete(row: Any) -> None:
    plain(type(row)).filter(pk=row.pk)._raw_delete(using="default")


def _load(row: Any) -> None:
    name, value, _ = a_change_of(type(row))
    setattr(row, name, value)
    text = serializers.serialize("json", [row])
    for loaded in serializers.deserialize("json", text):
        models.Model.save_base(loaded.object, raw=True)


def _raw_update(row: Any) -> None:
    _, value, column = a_change_of(type(row))
    run(f'UPDATE "{row._meta.db_table}" SET "{column}" = %s WHERE id = %s', value, row.pk)


def _raw_removal(row: Any) -> None:
    run(f'DELETE FROM "{row._meta.db_table}" WHERE id = %s', row.pk)


def _raw_copy(row: Any) -> None:
    """Move the row to another key: a removal and an addition in one."""
    run(f'UPDATE "{row._meta.db_table}" SET id = id + 100000 WHERE id = %s', row.pk)


def _upsert(row: Any) -> None:
    fields = [field for field in row._meta.concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    _, value, column = a_change_of(type(row))
    run(
        f'INSERT INTO "{row._meta.db_table}" ({columns}) SELECT {columns} FROM "{row._meta.db_table}" WHERE id = %s'
        f' ON CONFLICT (id) DO UPDATE SET "{column}" = %s',
        row.pk,
        value,
    )


def _history_of_another_state(row: Any) -> None:
    """Change the row and write history that tells of something else."""
    _raw_update(row)
    history = type(row).history.model
    columns = [field.column for field in history._meta.concrete_fields if not field.generated and not field.primary_key]
    listed = ", ".join(f'"{column}"' for column in columns)
    table = history._meta.db_table
    run(f'INSERT INTO "{table}" ({listed}) SELECT {listed} FROM "{table}" WHERE id = %s', row.pk)


ROUTES: dict[str, Callable[[Any], None]] = {
    "update": _update,
    "bulk_update": _bulk_update,
    "bulk_create": _bulk_create,
    "save_base": _save_base,
    "_raw_delete": _raw_delete,
    "loaddata": _load,
    "raw update": _raw_update,
    "raw delete": _raw_removal,
    "another key": _raw_copy,
    "upsert": _upsert,
    "false history": _history_of_another_state,
}
