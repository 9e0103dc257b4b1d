"""Takes a text out of live rows and out of all history, and leaves a sealed record of where, by whom and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models, transaction

from audit.acts import current_act
from audit.append_only import append_only_models
from audit.history import record
from audit.ledger.cells import digest_of
from audit.ledger.entries import Redaction
from audit.ledger.keys import current_key
from audit.ledger.tables import SealedTable, sealed_tables
from audit.models import User
from audit.policies import is_security
from audit.tracked import Tracked, tracked_models

REMOVED = "[removed]"
SHORTEST = 4  # characters: what is shorter stands in too many places to be a value


@dataclass(frozen=True, slots=True)
class Place:
    """Where the text stood: a column of a row; `is_live` tells rows of today from history."""

    table: str
    row_key: int
    column: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class _Cell:
    """A column of a row that is written once, and what it shall say."""

    table: SealedTable
    row_key: int
    column: str
    content: str


def places_of(text: str) -> list[Place]:
    """Return where `text` stands, live rows first; a query for each table."""
    live = [Place(row._meta.db_table, row.pk, str(field.column), True) for row, field in _live(text)]
    past = [Place(cell.table.table, cell.row_key, cell.column, False) for cell in _past(text)]
    return live + past


def redact(*, text: str, by: User, second: User) -> list[Place]:
    """Replace `text` by "[removed]" wherever it stands, and return the places.

    Needs an act of `by` with a reason. Raises PermissionDenied unless both are of the security team and two people,
    ValidationError where the text is too short, stands nowhere, or is a code that other rows refer to.
    """
    _require_two(by, second)
    if len(text) < SHORTEST:
        raise ValidationError(f"Give at least {SHORTEST} characters of what is to be removed.", code="too_short")
    with transaction.atomic():
        act = current_act()
        act.takes_out, change_set = True, act.change_set()
        live = [_clean(row, field, text) for row, field in list(_live(text))]
        # The lines that tell of the live rows say what they said before: those are taken out with all others.
        cells = list(_past(text))
        if not cells and not live:
            raise ValidationError("This text stands nowhere in the register.", code="nowhere")
        key = current_key()
        Redaction.objects.bulk_create(
            Redaction(
                change_set=change_set,
                second=second,
                second_name=second.name,
                table_name=cell.table.table,
                row_key=cell.row_key,
                column_name=cell.column,
                key_id=key.id,
                digest=digest_of(key, cell.table, cell.row_key, cell.column, cell.content).hex(),
            )
            for cell in cells
        )
        with connection.cursor() as cursor:
            for cell in cells:
                _write(cursor, cell)
    return live + [Place(cell.table.table, cell.row_key, cell.column, False) for cell in cells]


def wipe_what_was_removed() -> None:
    """Rewrite an SQLite file so that nothing of removed text is left in it; elsewhere the administrator does it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _require_two(by: User, second: User) -> None:
    if by.pk == second.pk:
        raise PermissionDenied("A second person of the security team must agree: name somebody else.")
    for person in (by, second):
        if not is_security(person):
            raise PermissionDenied(f"{person.username} is not of the security team.")


def _live(text: str) -> Iterator[tuple[Any, models.Field[Any, Any]]]:
    """Yield the tracked rows with a column that holds `text`."""
    for model in tracked_models():
        fields = [field for field in model._meta.concrete_fields if _is_text(field)]
        wanted = models.Q()
        for field in fields:
            wanted |= models.Q(**{f"{field.name}__contains": text})
        for row in model._base_manager.filter(wanted).order_by("pk") if fields else ():
            yield from ((row, field) for field in fields if text in (getattr(row, field.attname) or ""))


def _is_text(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, (models.CharField, models.TextField)) and not field.choices and not field.generated


def _clean(row: Tracked, field: models.Field[Any, Any], text: str) -> Place:
    """Take the text out of a live row, with history as for any change."""
    model = type(row)
    if field.column in model.fixed_columns and field.unique:
        words = f"It is the {field.verbose_name} of {model._meta.verbose_name} {row.pk}, which other rows refer to."
        raise ValidationError(f"{words} See docs/audit.md on what to do.", code="code")
    content = str(getattr(row, field.attname))
    left = f"removed_{row.pk}" if field.column in model.fixed_columns else _without(content, text, field.max_length)
    # Past the guard: what is left may hold another value, which is then removed next.
    models.QuerySet(model).filter(pk=row.pk).update(**{field.name: left})
    record(model, [model._base_manager.get(pk=row.pk)], "~")
    return Place(model._meta.db_table, int(row.pk), str(field.column), True)


def _past(text: str) -> Iterator[_Cell]:
    """Yield the cells of rows that are written once which hold `text`, with what is left of them without it."""
    for table in sealed_tables():
        columns = [column for column in table.columns if column in table.texts]
        limits = _limits(table)
        for row in _rows_with(table, columns, text) if columns else ():
            for column, content in zip(columns, row[1:], strict=True):
                if column in table.json:
                    left = _json_without(content, text)
                else:
                    left = _without(content or "", text, limits[column])
                if left != (content or ""):
                    yield _Cell(table, row[0], column, left)


def _rows_with(table: SealedTable, columns: Sequence[str], text: str) -> list[tuple[Any, ...]]:
    finds = "instr(%s, {})" if connection.vendor == "sqlite" else "strpos(%s, {})"
    forms = list(dict.fromkeys([text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]]))
    found, values = [], []
    for column in columns:
        content = f'CAST("{column}" AS TEXT)' if column in table.json else f'"{column}"'
        for form in forms if column in table.json else forms[:1]:
            found.append(f"{finds % content} > 0".format("%s"))
            values.append(form)
    listed = ", ".join(f'"{column}"' for column in (table.key, *columns))
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {listed} FROM "{table.table}" WHERE {" OR ".join(found)} ORDER BY 1', values)
        return list(cursor.fetchall())


def _limits(table: SealedTable) -> dict[str, int | None]:
    model = next(model for model in append_only_models() if model._meta.db_table == table.table)
    return {str(field.column): getattr(field, "max_length", None) for field in model._meta.concrete_fields}


def _without(content: str, text: str, limit: int | None) -> str:
    left = content.replace(text, REMOVED)
    return left if limit is None or len(left) <= limit else REMOVED


def _json_without(content: Any, text: str) -> str:
    loaded = json.loads(content) if isinstance(content, str) else content
    cleaned = _each(loaded, text)
    return str(content) if cleaned == loaded else json.dumps(cleaned)


def _each(value: Any, text: str) -> Any:
    if isinstance(value, str):
        return value.replace(text, REMOVED)
    if isinstance(value, list):
        return [_each(item, text) for item in value]
    if isinstance(value, dict):
        return {name: _each(item, text) for name, item in value.items()}
    return value


def _write(cursor: Any, cell: _Cell) -> None:
    sql = f'UPDATE "{cell.table.table}" SET "{cell.column}" = %s WHERE "{cell.table.key}" = %s'
    cursor.execute(sql, [cell.content, cell.row_key])
