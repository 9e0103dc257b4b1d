"""Reads rows as the database holds them and makes the digest of each column; the same on both databases.

No converter of Django's stands in between: one that reads junk as nothing would hide it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from audit.ledger.keys import Key
from audit.ledger.tables import SealedTable

SIZE = 16  # bytes of the digest of one column
CHUNK = 1_000


def rows_of(connection: Any, table: SealedTable, keys: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """Yield (key, column, …) of each row that is there, as the database holds it; a query for each 1,000 keys."""
    # SQLite's driver converts what has a declared type; an expression has none.
    plain = "+" if connection.vendor == "sqlite" else ""
    columns = ", ".join(f'{plain}"{column}"' for column in (table.key, *table.columns))
    with connection.cursor() as cursor:
        for start in range(0, len(keys), CHUNK):
            chunk = keys[start : start + CHUNK]
            marks = ", ".join(["%s"] * len(chunk))
            cursor.execute(f'SELECT {columns} FROM "{table.table}" WHERE "{table.key}" IN ({marks})', chunk)
            yield from cursor.fetchall()


def digests_of(key: Key, table: SealedTable, row: Sequence[Any]) -> bytes:
    """Return the digests of a row as `rows_of` yields it, one after the other, 16 bytes each."""
    cells, salt, values = key.cells, salt_of(row[0]), _read(table, row[1:])
    # Called for every cell of the register: nothing is looked up twice in here.
    return b"".join(
        [
            blake2b(_bytes(value), digest_size=SIZE, key=cells, salt=salt, person=person).digest()
            for value, person in zip(values, _persons(table), strict=True)
        ]
    )


def digest_of(key: Key, table: SealedTable, row_key: int, column: str, value: Any) -> bytes:
    """Return the digest of one column of one row, bound to its place: the same text elsewhere has another one."""
    place = table.columns.index(column)
    read = _json(value) if column in table.json else value
    person = _persons(table)[place]
    return blake2b(_bytes(read), digest_size=SIZE, key=key.cells, salt=salt_of(row_key), person=person).digest()


def salt_of(row_key: object) -> bytes:
    """Return what binds a digest to its row."""
    return str(row_key).encode()[-16:]


_one_form = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_known_persons: dict[str, tuple[bytes, ...]] = {}


def _persons(table: SealedTable) -> tuple[bytes, ...]:
    """Return what binds a digest to its table and column, in the order of the columns."""
    found = _known_persons.get(table.layout)
    if found is None:
        names = [f"{table.table}.{column}".encode() for column in table.columns]
        found = tuple(blake2b(name, digest_size=16).digest() for name in names)
        _known_persons[table.layout] = found
    return found


def _read(table: SealedTable, values: Sequence[Any]) -> Sequence[Any]:
    if not table.json:
        return values
    return [
        _json(value) if column in table.json else value for column, value in zip(table.columns, values, strict=True)
    ]


def _json(value: Any) -> Any:
    """Return objects in one form: the databases keep them in forms of their own."""
    try:
        loaded = json.loads(value) if isinstance(value, (str, bytes)) else value
        return _one_form(loaded)
    except (ValueError, TypeError, RecursionError):
        return value


def _bytes(value: Any) -> bytes:
    if value is None:
        return b""
    write = _WRITERS.get(type(value))
    return write(value) if write is not None else b"?" + repr(value).encode(errors="surrogatepass")


def _instant(value: datetime) -> bytes:
    return b"s" + str(value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value).encode()


_WRITERS: dict[type, Callable[[Any], bytes]] = {
    str: lambda value: b"s" + value.encode("utf-8", "surrogatepass"),
    int: lambda value: b"i%d" % value,
    bool: lambda value: b"i%d" % value,
    float: lambda value: b"f" + repr(value).encode(),
    bytes: lambda value: b"b" + value,
    memoryview: lambda value: b"b" + bytes(value),
    date: lambda value: b"s" + value.isoformat().encode(),
    datetime: _instant,
    UUID: lambda value: b"s" + value.hex.encode(),
}
