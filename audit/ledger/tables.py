"""Knows which tables the ledger watches: tracked ones with their history, and those whose rows are written once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.db import models

from audit.append_only import AppendOnly, append_only_models
from audit.tracked import tracked_models

LEDGER = ("audit_ledgerentry", "audit_sealedlayout")
UNSEALED = "audit_unsealed"
UNRECORDED = "audit_unrecorded"
REDACTION = "audit_redaction"
REVIEW = "audit_changereview"
# Whose the change is that a new review is about.
ACTOR = "(SELECT actor_id FROM audit_changeset WHERE id = NEW.change_set_id)"


@dataclass(frozen=True)
class TrackedTable:
    """A tracked table and its history; `columns` are those that both have, the key left out."""

    label: str
    name: str
    table: str
    key: str
    history: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class SealedTable:
    """A table whose rows are written once; `texts` are its columns that may be redacted, `json` those of objects."""

    table: str
    key: str
    columns: tuple[str, ...]
    texts: frozenset[str]
    json: frozenset[str]

    @cached_property
    def layout(self) -> str:
        """The digest that stands for the order of its columns, 16 characters."""
        return layout_of(self.table, ",".join(self.columns))


def layout_of(table: str, columns: str) -> str:
    """Return the digest of a table's columns, which are parted by commas."""
    return hashlib.sha256(f"{table}\n{columns}".encode()).hexdigest()[:16]


@cache
def tracked_tables() -> Sequence[TrackedTable]:
    """Return the tracked tables, by name; worked out once, for every commit asks."""
    found = [_tracked(model) for model in tracked_models()]
    return tuple(sorted(found, key=lambda table: table.table))


@cache
def sealed_tables() -> Sequence[SealedTable]:
    """Return the tables whose rows are written once, by name; worked out once, for every commit asks."""
    return tuple(_sealed(model) for model in append_only_models())


def _tracked(model: Any) -> TrackedTable:
    history, key = model.history.model, model._meta.pk.column
    columns = [field.column for field in history.tracked_fields if not field.generated and not field.primary_key]
    return TrackedTable(
        label=model._meta.label,
        name=model.__name__,
        table=model._meta.db_table,
        key=key,
        history=history._meta.db_table,
        columns=tuple(columns),
    )


def _sealed(model: type[AppendOnly]) -> SealedTable:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and not field.generated]
    kinds = (models.CharField, models.TextField, models.JSONField)
    texts = [field for field in fields if isinstance(field, kinds) and not field.choices]
    return SealedTable(
        table=model._meta.db_table,
        key=str(model._meta.pk.column),
        columns=tuple(str(field.column) for field in fields),
        texts=frozenset(str(field.column) for field in texts),
        json=frozenset(str(field.column) for field in fields if isinstance(field, models.JSONField)),
    )
