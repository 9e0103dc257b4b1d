"""Seals what a transaction wrote, as the last thing before its commit: one writer after the other, in one chain."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.backends.committing import UnrecordedChangeError
from audit.ledger.cells import digests_of, rows_of
from audit.ledger.chain import BEGIN, EntryWords, seal_of
from audit.ledger.head import Head
from audit.ledger.instants import instant
from audit.ledger.keys import current_key
from audit.ledger.tables import SealedTable, sealed_tables, tracked_tables
from audit.ledger.watch import PREFIX

logger = logging.getLogger("audit.ledger")

# The one lock of PostgreSQL that all who seal take, after everything else they need.
LOCK = 7_325_091_406
CHUNK = 500
# Columns that say when a row was written, where they are taken for the time of sealing.
_DATED = ("history_date", "at")
_FIND_LAST = "SELECT seq, seal, at FROM audit_ledgerentry ORDER BY seq DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class _Row:
    """A row to be sealed: its digests, and when it says it was written."""

    table: SealedTable
    key: int
    digests: bytes
    dated: datetime | None


def seal(connection: Any) -> None:
    """Seal what waits in this transaction (called before every commit).

    Raises UnrecordedChangeError where history has no line in the change log. One query where nothing waits; else
    five, and one more for each table.
    """
    if not _is_installed(connection):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, row_key FROM audit_unsealed ORDER BY id")
        waiting = cursor.fetchall()
        if not waiting:
            return
        _require_lines(cursor, waiting)
        rows = list(_rows(connection, waiting))
        before, seq, last_at, clock = _take_turn(connection, cursor)
        if clock < last_at and not settings.DEMO:
            logger.warning("The clock stepped back by %s since entry %s was sealed.", last_at - clock, seq)
        # A sample register tells of days that were: there everything was sealed on the day it tells of.
        before, seq, _ = _append(cursor, rows, before, seq, clock, as_dated=settings.DEMO)
    connection.ledger_head = Head(seq, before.hex())


def seal_what_is_there(connection: Any) -> None:
    """Seal the history of a register that had no ledger yet, as it is found, with the dates that it tells."""
    tables = sealed_tables()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        waiting = sorted((place, table, key) for table in tables for place, key in _places(cursor, table))
        cursor.execute("DELETE FROM audit_unsealed")
        before, seq, _, clock = _take_turn(connection, cursor)
        for start in range(0, len(waiting), CHUNK):
            rows = list(_rows(connection, [(table.table, key) for _, table, key in waiting[start : start + CHUNK]]))
            before, seq, clock = _append(cursor, rows, before, seq, clock, as_dated=True)


def forget(connection: Any) -> None:
    """Look again before the next commit whether the ledger is installed."""
    connection.ledger_is_installed = False


def _is_installed(connection: Any) -> bool:
    if not getattr(connection, "ledger_is_installed", False):
        where = "sqlite_master WHERE name" if connection.vendor == "sqlite" else "pg_trigger WHERE tgname"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {where} = %s", [f"{PREFIX}audit_changeset_unsealed"])
            connection.ledger_is_installed = cursor.fetchone() is not None
    return bool(connection.ledger_is_installed)


def _require_lines(cursor: Any, waiting: Sequence[tuple[str, int]]) -> None:
    """Refuse history that `/changes/` would not tell of."""
    labels = {table.history: table.label.lower() for table in tracked_tables()}
    written = {(labels[table], key) for table, key in waiting if table in labels}
    lines = [key for table, key in waiting if table == "audit_changerow"]
    told = set()
    for start in range(0, len(lines), CHUNK):
        chunk = lines[start : start + CHUNK]
        marks = ", ".join(["%s"] * len(chunk))
        cursor.execute(f"SELECT model, history_id FROM audit_changerow WHERE id IN ({marks})", chunk)
        told.update(cursor.fetchall())
    if missing := sorted(written - told):
        label, key = missing[0]
        raise UnrecordedChangeError(
            f"{label}: history row {key} has no line in the change log. Use audit.history.record()."
        )


def _rows(connection: Any, waiting: Sequence[tuple[str, int]]) -> Iterator[_Row]:
    """Yield the rows in the order in which they were written."""
    tables, key = {table.table: table for table in sealed_tables()}, current_key()
    found: dict[tuple[str, int], _Row] = {}
    for name in dict.fromkeys(name for name, _ in waiting):
        table = tables[name]
        dated = next((table.columns.index(column) + 1 for column in _DATED if column in table.columns), 0)
        for row in rows_of(connection, table, [row_key for at, row_key in waiting if at == name]):
            found[name, row[0]] = _Row(
                table, row[0], digests_of(key, table, row), instant(row[dated]) if dated else None
            )
    return (found[place] for place in waiting if place in found)


def _take_turn(connection: Any, cursor: Any) -> tuple[bytes, int, datetime, datetime]:
    """Wait for whoever seals now; return the last seal, its number and time, and what the clock says.

    Before the turn all deferred keys are checked: they may wait for rows that another writer holds who waits for
    the turn.
    """
    if connection.vendor == "sqlite":  # the one writer there is holds the database
        cursor.execute("DELETE FROM audit_unsealed")
        cursor.execute(_FIND_LAST)
        found, clock = cursor.fetchone(), timezone.now()
    else:
        cursor.execute(
            "DELETE FROM audit_unsealed; SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;"
            f" SELECT pg_advisory_xact_lock({LOCK}); SELECT clock_timestamp(); {_FIND_LAST}"
        )
        for _ in range(4):
            cursor.nextset()
        clock = cursor.fetchone()[0]
        cursor.nextset()
        found = cursor.fetchone()
    if found is None:
        return BEGIN, 0, clock, clock
    seq, seal, at = found
    return _binary(seal), seq, instant(at) or clock, clock


def _append(
    cursor: Any, rows: Sequence[_Row], before: bytes, seq: int, at: datetime, *, as_dated: bool = False
) -> tuple[bytes, int, datetime]:
    """Write an entry for each row, and return the last seal, its number and its time.

    `as_dated` takes the dates that the rows tell, and for one that tells none that of the row before.
    """
    key = current_key()
    values: list[tuple[Any, ...]] = []
    for row in rows:
        seq += 1
        at = row.dated if as_dated and row.dated else at
        said = EntryWords(seq, row.table.table, row.key, row.table.layout, at)
        before = seal_of(key, before, said=said, digests=row.digests)
        stored = at if cursor.db.vendor != "sqlite" else at.astimezone(UTC).replace(tzinfo=None)
        values.append((seq, row.table.table, row.key, row.table.layout, stored, key.id, row.digests, before))
    for start in range(0, len(values), CHUNK):
        chunk = values[start : start + CHUNK]
        marks = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s)"] * len(chunk))
        cursor.execute(
            "INSERT INTO audit_ledgerentry (seq, table_name, row_key, layout, at, key_id, digests, seal)"
            f" VALUES {marks}",
            [part for line in chunk for part in line],
        )
    return before, seq, at


def _places(cursor: Any, table: SealedTable) -> Iterator[tuple[tuple[float, bool, str], int]]:
    """Yield the rows of a table with their place in the order of change sets; those that belong to none come last."""
    is_first = table.table == "audit_changeset"
    change_set = table.key if is_first else "change_set_id"
    if not is_first and change_set not in table.columns:
        cursor.execute(f'SELECT "{table.key}" FROM "{table.table}" ORDER BY "{table.key}"')
        yield from (((math.inf, True, table.table), key) for (key,) in cursor.fetchall())
        return
    cursor.execute(f'SELECT "{change_set}", "{table.key}" FROM "{table.table}" ORDER BY "{table.key}"')
    yield from (((number, not is_first, table.table), key) for number, key in cursor.fetchall())


def _binary(value: Any) -> bytes:
    return bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
