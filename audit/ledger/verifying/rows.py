"""Compares tables with each other: rows that nobody sealed, rows that are not what their history says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from audit.ledger.tables import UNRECORDED, UNSEALED, SealedTable, TrackedTable, sealed_tables, tracked_tables
from audit.ledger.verifying.findings import Finding, Kind


def never_sealed(connection: Any) -> Iterator[Finding]:
    """Yield the rows that are written once and have no entry; a query for each table."""
    for table in sealed_tables():
        for (key,) in _rows(connection, _without_entry(table), [table.table]):
            yield Finding(Kind.UNSEALED, f"{table.table} {key} was never sealed.", table=table.table, row_key=key)


def unlike_their_history(connection: Any) -> Iterator[Finding]:
    """Yield the tracked rows that differ from their latest history, or have none, or are gone; two queries a table."""
    is_not = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    for table in tracked_tables():
        for key, history, columns in _rows(connection, _differing(table, is_not)):
            where: dict[str, Any] = {"table": table.table, "row_key": key}
            if history is None:
                yield Finding(Kind.LIVE, f"{table.table} {key} is there, and its history does not know it.", **where)
                continue
            names = tuple(columns.strip(",").split(","))
            words = f"{table.table} {key} is not what its history says: {', '.join(names)}."
            yield Finding(Kind.LIVE, words, columns=names, **where)
        for (key,) in _rows(connection, _gone(table)):
            words = f"{table.table} {key} is gone, and its history does not tell of it."
            yield Finding(Kind.LIVE, words, table=table.table, row_key=key)


def left_waiting(connection: Any) -> Iterator[Finding]:
    """Yield what no commit leaves: rows that wait for history or for a seal."""
    for name in (UNRECORDED, UNSEALED):
        for table, key in _rows(connection, f"SELECT table_name, row_key FROM {name}"):
            words = f"{name} holds {table} {key}: it was written past the register."
            yield Finding(Kind.WAITING, words, table=str(table), row_key=key)


def _without_entry(table: SealedTable) -> str:
    return (
        f'SELECT t."{table.key}" FROM "{table.table}" t WHERE NOT EXISTS'
        f' (SELECT 1 FROM audit_ledgerentry e WHERE e.table_name = %s AND e.row_key = t."{table.key}")'
        f' ORDER BY t."{table.key}"'
    )


def _differing(table: TrackedTable, is_not: str) -> str:
    names = [f"CASE WHEN t.\"{name}\" {is_not} h.\"{name}\" THEN '{name},' ELSE '' END" for name in table.columns]
    differs = " OR ".join(f't."{name}" {is_not} h."{name}"' for name in table.columns)
    newest = f'SELECT MAX(x.history_id) FROM "{table.history}" x WHERE x."{table.key}" = t."{table.key}"'
    return (
        f'SELECT t."{table.key}", h.history_id, {" || ".join(names)} FROM "{table.table}" t'
        f" LEFT JOIN \"{table.history}\" h ON h.history_id = ({newest}) AND h.history_type <> '-'"
        f' WHERE h.history_id IS NULL OR {differs} ORDER BY t."{table.key}"'
    )


def _gone(table: TrackedTable) -> str:
    key = table.key
    return (
        f'SELECT h."{key}" FROM (SELECT "{key}", MAX(history_id) AS newest FROM "{table.history}" GROUP BY "{key}") n'
        f' JOIN "{table.history}" h ON h.history_id = n.newest LEFT JOIN "{table.table}" t ON t."{key}" = h."{key}"'
        f' WHERE h.history_type <> \'-\' AND t."{key}" IS NULL ORDER BY h."{key}"'
    )


def _rows(connection: Any, sql: str, values: list[object] | None = None) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(1_000):
            yield from rows
