"""Writes the history of tracked rows: a copy of each row, and one line in words for the change log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max

from audit.acts import current_act
from audit.change_sets import ChangeRow, ChangeSet
from audit.signals import recorded

CHUNK = 500
_ADDED, _CHANGED, _REMOVED = ChangeRow.Type.ADDED, ChangeRow.Type.CHANGED, ChangeRow.Type.REMOVED
Row = Any  # a tracked row or its history row: their fields are known at run time only


def record(model: type[models.Model], rows: Sequence[Row], change_type: str) -> int:
    """Write the history of `rows`, which are already as they shall be, and return how many differed.

    A row saved without a difference leaves none. Runs in the caller's transaction; the number of queries
    grows with `rows` only by chunks of 500.
    """
    told = 0
    for chunk in _chunks(rows):
        previous = {} if change_type == _ADDED else latest(model, [row.pk for row in chunk])
        changed = [row for row in chunk if change_type != _CHANGED or _differs(row, previous.get(row.pk))]
        _refuse_moves(model, changed, previous)
        if changed:
            _write(model, changed, previous, change_type)
            told += len(changed)
    return told


def latest(model: type[models.Model], keys: Sequence[object]) -> dict[object, Row]:
    """Return the latest history row by key; the order is that of writing, whatever the clock said."""
    history = history_of(model)
    key = model._meta.pk.attname
    rows = history.objects.filter(**{f"{key}__in": keys}).order_by().values(key)
    newest = rows.annotate(newest=Max("history_id")).values("newest")
    return {getattr(row, key): row for row in history.objects.filter(history_id__in=newest)}


def _write(model: type[models.Model], rows: Sequence[Row], previous: Mapping[object, Row], change_type: str) -> None:
    change_set = current_act().change_set()
    history = history_of(model)
    now = current_act().now()
    copies = [
        history(
            history_date=now,
            history_type=change_type,
            history_change_reason=change_set.reason,
            change_set=change_set,
            **{field.attname: getattr(row, field.attname) for field in history.tracked_fields},
        )
        for row in rows
    ]
    copies = history.objects.bulk_create(copies)
    _tell(model, rows, copies, previous, change_type, change_set)
    recorded.send(sender=model, instances=rows, previous=previous, change_type=change_type, change_set=change_set)


def _tell(
    model: type[models.Model],
    rows: Sequence[Row],
    copies: Sequence[Row],
    previous: Mapping[object, Row],
    change_type: str,
    change_set: ChangeSet,
) -> None:
    """Write the lines of the change log; names are looked up once per field, not once per row."""
    fields = history_of(model).tracked_fields
    models.prefetch_related_objects(rows, *model.named_by)  # type: ignore[attr-defined]
    befores = [None if change_type == _ADDED else previous.get(row.pk) for row in rows]
    afters = [None if change_type == _REMOVED else row for row in rows]
    names = _Names(fields, [*filter(None, befores), *filter(None, afters)])
    lines = [
        ChangeRow(
            change_set=change_set,
            model=model._meta.label_lower,
            object_id=str(row.pk),
            object_text=str(row)[:300],
            history_id=copy.history_id,
            change_type=change_type,
            fields=_differences(fields, before, after, names),
        )
        for row, copy, before, after in zip(rows, copies, befores, afters, strict=True)
    ]
    ChangeRow.objects.bulk_create(lines)


def _differences(fields: Sequence[Any], before: Row | None, after: Row | None, names: _Names) -> list[dict[str, str]]:
    found = []
    for field in fields:
        if field.primary_key or not field.editable:
            continue
        old = names.words(field, getattr(before, field.attname)) if before is not None else ""
        new = names.words(field, getattr(after, field.attname)) if after is not None else ""
        if old != new:
            label = str(field.verbose_name)
            found.append({"field": field.name, "label": label[:1].upper() + label[1:], "before": old, "after": new})
    return found


class _Names:
    """The words for the values of fields; the names of related rows are read with one query per field."""

    def __init__(self, fields: Sequence[Any], rows: Sequence[Row]) -> None:
        self._related: dict[str, dict[object, str]] = {}
        for field in fields:
            if field.is_relation:
                keys = {getattr(row, field.attname) for row in rows} - {None}
                self._related[field.name] = _names_of(field, keys) if keys else {}

    def words(self, field: Any, value: object) -> str:
        if value is None:
            return ""
        if field.is_relation:
            return self._related[field.name].get(value, str(value))
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, bool):
            return "Yes" if value else "No"
        return str(value)


def _names_of(field: Any, keys: set[object]) -> dict[object, str]:
    target = field.target_field.attname
    related = field.related_model
    found = related._base_manager.filter(**{f"{target}__in": keys}).prefetch_related(*getattr(related, "named_by", ()))
    return {getattr(row, target): str(row) for row in found}


def _differs(row: Row, before: Row | None) -> bool:
    if before is None:
        return True
    fields = history_of(row.__class__).tracked_fields
    return any(getattr(row, field.attname) != getattr(before, field.attname) for field in fields)


def _refuse_moves(model: type[models.Model], rows: Sequence[Row], previous: Mapping[object, Row]) -> None:
    """Raise ValidationError where a column that is fixed once the row exists was changed."""
    if current_act().takes_out:
        return
    for column in sorted(model.fixed_columns):  # type: ignore[attr-defined]
        for row in rows:
            before = previous.get(row.pk)
            if before is not None and getattr(row, column) != getattr(before, column):
                raise ValidationError("This is fixed once it exists. Add another one and retire this.", code="fixed")


@cache
def history_of(model: Any) -> Any:
    """Return the model of the history of a tracked model; asked of the model itself, a manager is made each time."""
    return model.history.model


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
