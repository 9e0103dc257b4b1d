"""Looks through everything that is stored with today's rules; names what it finds and never repeats it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import F
from django.db.models.functions import Cast

from audit.allowance import MARK, fields_told
from audit.change_sets import ChangeRow
from audit.guard import Refusal, check_text
from audit.tracked import tracked_models

CHUNK = 500
MOST_OF_A_NAME = 80
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One stored text that looks like a value; `name` is empty where the row's own name does, or has none."""

    table: str
    key: str
    name: str
    field: str
    rule: str
    kind: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A table, its columns with words, and the model it tells of: its own, or the one it is the history of."""

    table: type[models.Model]
    columns: Sequence[str]
    model: type[models.Model]


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of a row: `field` as it is told, `column` as the change log names it."""

    key: Any
    about: tuple[str, str]  # model and key, as the change log names them
    field: str
    column: str
    words: str
    refusal: Refusal


def places() -> list[Place]:
    """Return every table of the register's own apps that holds words, with its history beside it; no query."""
    own = {model._meta.app_label for model in tracked_models()}
    histories = {model.history.model: model for model in tracked_models()}
    found = []
    for table in apps.get_models():
        model = histories.get(table, table)
        columns = _columns(table, model)
        if table._meta.app_label in own and columns:
            found.append(Place(table, columns, model))
    return sorted(found, key=lambda place: place.table._meta.label_lower)


def rows_in(place: Place) -> int:
    """Return how many rows `place` has; one query."""
    return place.table._base_manager.count()


def findings(place: Place, *, tick: Callable[[int], object] = bool) -> Iterator[Finding]:
    """Yield what `place` holds that looks like a value; `tick` is told how many rows were read.

    Memory does not grow with the rows. One query, and for each 500 rows with findings at most a handful more.
    """
    json_columns = _json(place)
    raw = {f"raw_{name}": Cast(F(name), models.TextField()) for name in json_columns}
    names = [f"raw_{name}" if name in json_columns else name for name in place.columns]
    about = ["model", "object_id"] if place.table is ChangeRow else [place.model._meta.pk.attname]
    read = place.table._base_manager.annotate(**raw).order_by("pk").values_list("pk", *about, *names)
    with _broken_text_as_it_is():
        rows = read.iterator(chunk_size=2000)
        while chunk := list(islice(rows, CHUNK)):
            yield from _found(place, [text for row in chunk for text in _refused(place, row, len(about))])
            tick(len(chunk))


def _found(place: Place, texts: Sequence[_Text]) -> Iterator[Finding]:
    if not texts:
        return
    names = _names(place, {text.key for text in texts})
    allowed = _allowed({text.about for text in texts if text.refusal.kind == "heuristic"})
    for text in texts:
        stays = text.refusal.kind == "heuristic" and (*text.about, text.column, text.words) in allowed
        label = place.table._meta.label_lower
        rule, kind = text.refusal.rule, text.refusal.kind
        yield Finding(label, str(text.key), names.get(text.key, ""), text.field, rule, kind, stays)


def _refused(place: Place, row: Row, about: int) -> Iterator[_Text]:
    key, texts = row[0], row[1 + about :]
    whose = (str(row[1]), str(row[2])) if about == 2 else (place.model._meta.label_lower, str(row[1]))
    for column, value in zip(place.columns, texts, strict=True):
        for field, words in _words(column, value, is_json=column in _json(place)):
            refusal = _checked(words)
            if refusal is not None:
                told = column if field == column else f"{column}: {field}"
                yield _Text(key, whose, told, field, words, refusal)


def _words(column: str, value: object, *, is_json: bool) -> Iterator[tuple[str, str]]:
    """Yield the texts in a column, each with the field it is of; what cannot be read as JSON is read as it stands."""
    if value is None or value == "":
        return
    text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    if not is_json:
        yield column, text
        return
    try:
        yield from _strings(column, json.loads(text))
    except (ValueError, RecursionError):
        yield column, text


def _strings(field: str, data: object) -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield field, data
    elif isinstance(data, dict):
        own = str(data.get("field", field)) if _checked(str(data.get("field", ""))) is None else field
        for name, part in data.items():
            yield field, str(name)
            yield from _strings(own, part)
    elif isinstance(data, list):
        for part in data:
            yield from _strings(field, part)


@lru_cache(maxsize=8192)
def _checked(words: str) -> Refusal | None:
    # Reasons, names and the copies of the history repeat themselves.
    return check_text(words)


def _names(place: Place, keys: Iterable[Any]) -> dict[Any, str]:
    """Return what rows are called, as far as that is no value; nothing for history, whose row has a name already."""
    if place.table is not place.model:
        return {}
    named_by = getattr(place.table, "named_by", ())
    rows = place.table._base_manager.filter(pk__in=list(keys)).defer(*_json(place)).prefetch_related(*named_by)
    called = {row.pk: str(row) for row in rows}
    return {key: _printable(name) for key, name in called.items() if _checked(name) is None}


def _allowed(about: Iterable[tuple[str, str]]) -> set[tuple[str, str, str, str]]:
    """Return model, key, field and text of what security let stay in these rows, by the change log; one query."""
    wanted = set(about)
    if not wanted:
        return set()
    rows = ChangeRow.objects.filter(
        change_set__reason__contains=MARK,
        model__in={model for model, _ in wanted},
        object_id__in={key for _, key in wanted},
    ).select_related("change_set")
    return {
        (row.model, row.object_id, item["field"], item["after"])
        for row in rows
        for item in row.fields
        if f"{row.model}.{item['field']}" in fields_told(row.change_set.reason)
    }


def _columns(table: type[models.Model], model: type[models.Model]) -> list[str]:
    """Return the columns with words that somebody may have written."""
    made: frozenset[str] = getattr(model, "unguarded_columns", frozenset())
    made |= getattr(model, "untracked_columns", frozenset())
    kinds = (models.CharField, models.TextField, models.JSONField)
    return [
        field.name
        for field in table._meta.concrete_fields
        if isinstance(field, kinds)
        and not field.choices
        and not field.generated
        and field.name not in made
        and field.name != "history_type"
    ]


def _json(place: Place) -> list[str]:
    fields = {field.name: field for field in place.table._meta.concrete_fields}
    return [name for name in place.columns if isinstance(fields[name], models.JSONField)]


def _printable(name: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in name[:MOST_OF_A_NAME])


@contextmanager
def _broken_text_as_it_is() -> Iterator[None]:
    """Let SQLite hand over text that is no UTF-8, instead of ending the scan there."""
    connection.ensure_connection()
    raw: Any = connection.connection
    if connection.vendor != "sqlite":
        yield
        return
    usual, raw.text_factory = raw.text_factory, lambda text: text.decode(errors="replace")
    try:
        yield
    finally:
        raw.text_factory = usual
