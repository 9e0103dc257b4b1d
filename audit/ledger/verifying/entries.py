"""Follows the chain from its first entry to its last, and compares every sealed row with what was sealed."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.ledger.cells import SIZE, digest_of, digests_of, rows_of
from audit.ledger.chain import BEGIN, EntryWords, seal_of
from audit.ledger.head import Head
from audit.ledger.instants import instant
from audit.ledger.keys import Key, key_named
from audit.ledger.tables import SealedTable, layout_of, sealed_tables
from audit.ledger.verifying.findings import Finding, Kind

CHUNK = 2_000
_COLUMNS = ("seq", "table_name", "row_key", "layout", "at", "key_id", "digests", "seal")
Place = tuple[str, int, str]  # table, row and column


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the database holds it; what cannot be read is None."""

    seq: int
    table: str
    row_key: int
    layout: str
    at: datetime | None
    key: Key | None
    key_id: str
    digests: bytes
    seal: bytes


class ChainReader:
    """Reads the chain once; `last` is where it ends as far as it was read."""

    def __init__(self, connection: Any, expected: Sequence[Head]) -> None:
        self.connection = connection
        self.last: Head | None = None
        self._expected = {head.seq: head.hash for head in expected}
        self._seal = BEGIN
        self._at: datetime | None = None
        self._tables = {table.table: table for table in sealed_tables()}
        self._layouts = _layouts(connection)
        self._redacted = _redactions(connection)

    def read(self) -> Iterator[tuple[int, list[Finding]]]:
        """Yield, for each 2,000 entries, how many were read and what is wrong with them."""
        last = None
        while entries := list(_entries(self.connection, last)):
            last = entries[-1].seq
            found = [finding for entry in entries for finding in self._of_chain(entry)]
            found += self._of_rows(entries)
            yield len(entries), found

    def at_the_end(self) -> Iterator[Finding]:
        """Yield what can only be said when the whole chain was read: it ends before a head that was kept."""
        end = self.last.seq if self.last is not None else 0
        for seq in sorted(seq for seq in self._expected if seq > end):
            yield Finding(Kind.HEAD, f"The chain ends with entry {end}: entries up to {seq} were there.", seq=seq)

    def _of_chain(self, entry: Entry) -> Iterator[Finding]:
        after = self.last.seq if self.last is not None else 0
        if entry.seq != after + 1:
            yield Finding(Kind.GAP, f"The entries {after + 1} to {entry.seq - 1} are missing.", seq=entry.seq)
        if entry.key is None:
            words = f"Entry {entry.seq} names the key {entry.key_id}. Add it to AUDIT_KEY_FALLBACKS if it was one."
            yield Finding(Kind.KEY, words, seq=entry.seq)
        elif not _is_sealed(entry, self._seal):
            yield Finding(Kind.SEAL, f"Entry {entry.seq} does not hold the seal that it would have.", seq=entry.seq)
        if self._at is not None and entry.at is not None and entry.at < self._at:
            words = f"The clock stepped back by {self._at - entry.at} before entry {entry.seq} was sealed."
            yield Finding(Kind.CLOCK, words, seq=entry.seq)
        if self._expected.get(entry.seq, entry.seal.hex()) != entry.seal.hex():
            yield Finding(Kind.HEAD, f"Entry {entry.seq} is not the one whose hash was kept.", seq=entry.seq)
        self._seal, self._at = entry.seal, entry.at or self._at
        self.last = Head(entry.seq, entry.seal.hex())

    def _of_rows(self, entries: Sequence[Entry]) -> Iterator[Finding]:
        for name in dict.fromkeys(entry.table for entry in entries):
            table = self._tables.get(name)
            own = [entry for entry in entries if entry.table == name]
            if table is None:
                yield from (Finding(Kind.LAYOUT, f"Entry {e.seq} is of an unknown table.", seq=e.seq) for e in own)
                continue
            rows = {row[0]: row for row in rows_of(self.connection, table, [entry.row_key for entry in own])}
            for entry in own:
                yield from self._of_row(table, entry, rows.get(entry.row_key))

    def _of_row(self, table: SealedTable, entry: Entry, row: Sequence[Any] | None) -> Iterator[Finding]:
        where: dict[str, Any] = {"table": table.table, "row_key": entry.row_key, "seq": entry.seq}
        if row is None:
            yield Finding(Kind.MISSING, f"{table.table} {entry.row_key} was sealed and is gone.", **where)
            return
        if entry.key is None or (entry.layout == table.layout and digests_of(entry.key, table, row) == entry.digests):
            return
        columns = self._layouts.get((table.table, entry.layout))
        if columns is None or len(entry.digests) != SIZE * len(columns):
            yield Finding(Kind.LAYOUT, f"What entry {entry.seq} says of its columns cannot be.", **where)
            return
        changed = tuple(self._changed(table, entry, entry.key, columns, row))
        if changed:
            words = f"{table.table} {entry.row_key} is not as it was sealed: {', '.join(changed)}."
            yield Finding(Kind.CHANGED, words, columns=changed, **where)

    def _changed(
        self, table: SealedTable, entry: Entry, key: Key, columns: Sequence[str], row: Sequence[Any]
    ) -> Iterator[str]:
        """Yield the columns that differ; those that the table has no longer cannot be compared."""
        values = dict(zip(table.columns, row[1:], strict=True))
        for place, column in enumerate(columns):
            if column not in values:
                continue
            sealed_by, sealed = key, entry.digests[place * SIZE : (place + 1) * SIZE]
            redaction = self._redacted.get((table.table, entry.row_key, column))
            if redaction is not None:
                redacted_by = key_named(redaction[0])
                sealed_by, sealed = redacted_by or key, redaction[1]
            if digest_of(sealed_by, table, entry.row_key, column, values[column]) != sealed:
                yield column


def _is_sealed(entry: Entry, before: bytes) -> bool:
    if entry.key is None or entry.at is None:
        return False
    said = EntryWords(entry.seq, entry.table, entry.row_key, entry.layout, entry.at)
    return hmac.compare_digest(entry.seal, seal_of(entry.key, before, said=said, digests=entry.digests))


def _entries(connection: Any, after: int | None) -> Iterator[Entry]:
    columns = ", ".join(f'+"{name}"' if connection.vendor == "sqlite" else f'"{name}"' for name in _COLUMNS)
    where, values = ("WHERE seq > %s", [after]) if after is not None else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM audit_ledgerentry {where} ORDER BY seq LIMIT {CHUNK}", values)
        for seq, table, row_key, layout, at, key_id, digests, seal in cursor.fetchall():
            yield Entry(
                seq=seq,
                table=str(table),
                row_key=row_key,
                layout=str(layout),
                at=instant(at),
                key=key_named(key_id),
                key_id=str(key_id)[:16],
                digests=_binary(digests),
                seal=_binary(seal),
            )


def _layouts(connection: Any) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Return the columns by table and layout; only such as their own digest speaks for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT layout, table_name, columns FROM audit_sealedlayout")
        rows = [(str(layout), str(table), str(columns)) for layout, table, columns in cursor.fetchall()]
    return {
        (table, layout): tuple(columns.split(","))
        for layout, table, columns in rows
        if layout_of(table, columns) == layout
    }


def _redactions(connection: Any) -> Mapping[Place, tuple[str, bytes]]:
    """Return the id of the key and the digest that hold since the latest redaction, by place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, row_key, column_name, key_id, digest FROM audit_redaction ORDER BY id")
        return {
            (str(table), row_key, str(column)): (str(key_id), _from_hex(digest))
            for table, row_key, column, key_id, digest in cursor.fetchall()
        }


def _from_hex(digest: object) -> bytes:
    try:
        return bytes.fromhex(str(digest))
    except ValueError:
        return b""


def _binary(value: object) -> bytes:
    return bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode(errors="surrogatepass")
