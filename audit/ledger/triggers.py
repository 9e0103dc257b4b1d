"""Installs the triggers of the ledger after migrations, takes them away before, and says which are not as they should.

SQLite drops the triggers of a table without a word when a migration rebuilds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connections, transaction

from audit.ledger import postgresql_watches, sqlite_watches
from audit.ledger.entries import LedgerEntry, SealedLayout
from audit.ledger.sealing import forget, seal_what_is_there
from audit.ledger.tables import sealed_tables, tracked_tables
from audit.ledger.watch import Watch


@cache
def expected(vendor: str) -> Sequence[Watch]:
    """Return every trigger that the models ask for; made once."""
    module = sqlite_watches if vendor == "sqlite" else postgresql_watches
    return list(module.watches(tracked_tables(), sealed_tables()))


def findings(connection: Any) -> list[str]:
    """Return which triggers are missing, switched off or not as they should be, in words; one query."""
    there = _there(connection)
    found = []
    for watch in expected(connection.vendor):
        if watch.name not in there:
            found.append(f"The trigger {watch.name} on {watch.table} is missing.")
        elif there[watch.name] != watch.shape:
            found.append(f"The trigger {watch.name} on {watch.table} is not as it should be.")
    return found


def install(connection: Any) -> None:
    """Make every trigger that is missing or not as it should be; those that no model asks for go."""
    watches, there = expected(connection.vendor), _there(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name in there.keys() - {watch.name for watch in watches}:
            _drop(connection, cursor, name, there[name])
        for watch in watches:
            if there.get(watch.name) != watch.shape:
                for statement in (*watch.drop, *watch.create):
                    cursor.execute(statement)
    layouts = [
        SealedLayout(layout=table.layout, table_name=table.table, columns=",".join(table.columns))
        for table in sealed_tables()
    ]
    SealedLayout.objects.using(connection.alias).bulk_create(layouts, ignore_conflicts=True)


def remove(connection: Any) -> None:
    """Take away every trigger of the ledger."""
    forget(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name, shape in _there(connection).items():
            _drop(connection, cursor, name, shape)


def before_migrations(*, using: str, plan: Sequence[object] = (), **kwargs: Any) -> None:
    """Take the triggers away where tables are about to change (a receiver of `pre_migrate`)."""
    if plan and _is_first(**kwargs):
        remove(connections[using])


def after_migrations(*, using: str, **kwargs: Any) -> None:
    """Install the triggers before anything else is written (a receiver of `post_migrate`).

    A register from before the ledger is sealed as it is found, once: while there is no entry.
    """
    connection = connections[using]
    if not _is_first(**kwargs) or not tables_are_there(connection):
        return
    install(connection)
    if not LedgerEntry.objects.using(using).exists():
        seal_what_is_there(connection)


def _is_first(*, sender: Any, **kwargs: Any) -> bool:
    """Return whether this is the first app that is told: the others may write rows when it is their turn."""
    return bool(sender.label == next(iter(apps.get_app_configs())).label)


def tables_are_there(connection: Any) -> bool:
    """Return whether every table is: not where migrations stop on the way, or lead back."""
    needed = {watch.table for watch in expected(connection.vendor)} | {"audit_unsealed", "audit_redaction"}
    return needed <= set(connection.introspection.table_names())


_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger!_%' ESCAPE '!'"
_POSTGRESQL = """
    SELECT t.tgname, concat_ws(' ', c.relname, t.tgtype, t.tgenabled, p.proname, p.prosrc)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgname LIKE 'ledger!_%' ESCAPE '!' AND NOT t.tgisinternal
      AND c.relnamespace = current_schema()::regnamespace
"""


def _there(connection: Any) -> Mapping[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(_SQLITE if connection.vendor == "sqlite" else _POSTGRESQL)
        return dict(cursor.fetchall())


def _drop(connection: Any, cursor: Any, name: str, shape: str) -> None:
    if connection.vendor == "sqlite":
        cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
    else:
        cursor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{shape.partition(" ")[0]}"')
        cursor.execute(f'DROP FUNCTION IF EXISTS "{name}"()')
