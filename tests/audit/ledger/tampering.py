"""Ways to change what happened behind the register's back; each is given the choice of a row by chance."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from django.db import connection

from audit.ledger.tables import SealedTable, sealed_tables, tracked_tables

JUNK = ["junk", "", "'; DROP TABLE x; --", "﷽" * 5, "0"]
# What is noted of change sets beside the ledger: whoever takes those away takes this along.
DERIVED = ("audit_waitingreview", "audit_changemark")


def fetch(sql: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def run(sql: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def _some(chance: random.Random, table: str, key: str) -> int:
    return chance.choice(fetch(f'SELECT "{key}" FROM "{table}" ORDER BY "{key}"'))[0]


def _filled(chance: random.Random) -> SealedTable:
    """Return a table of history that has rows."""
    tables = [t for t in sealed_tables() if "historical" in t.table and fetch(f'SELECT 1 FROM "{t.table}" LIMIT 1')]
    return chance.choice(tables)


def _set(table: str, key: str, row_key: int, column: str, value: object) -> bool:
    """Set a column, and return whether it says something else now."""
    before = fetch(f'SELECT "{column}" FROM "{table}" WHERE "{key}" = %s', row_key)
    run(f'UPDATE "{table}" SET "{column}" = %s WHERE "{key}" = %s', value, row_key)
    return fetch(f'SELECT "{column}" FROM "{table}" WHERE "{key}" = %s', row_key) != before


def text_of_history(chance: random.Random) -> bool:
    table = _filled(chance)
    column = chance.choice(sorted(table.texts))
    return _set(table.table, table.key, _some(chance, table.table, table.key), column, chance.choice(JUNK)[:1])


def time_of_history(chance: random.Random) -> bool:
    table = _filled(chance)
    row_key = _some(chance, table.table, table.key)
    return _set(table.table, table.key, row_key, "history_date", f"20{chance.randint(10, 25)}-01-01 00:00:00")


def kind_of_history(chance: random.Random) -> bool:
    table = _filled(chance)
    return _set(table.table, table.key, _some(chance, table.table, table.key), "history_type", chance.choice("+~-"))


def another_change_set(chance: random.Random) -> bool:
    table = _filled(chance)
    other = _some(chance, "audit_changeset", "id")
    return _set(table.table, table.key, _some(chance, table.table, table.key), "change_set_id", other)


def history_removed(chance: random.Random) -> bool:
    table = _filled(chance)
    row_key = _some(chance, table.table, table.key)
    return run(f'DELETE FROM "{table.table}" WHERE "{table.key}" = %s', row_key) == 1


def history_doubled(chance: random.Random) -> bool:
    table = _filled(chance)
    columns = ", ".join(f'"{column}"' for column in table.columns)
    row_key = _some(chance, table.table, table.key)
    sql = f'INSERT INTO "{table.table}" ({columns}) SELECT {columns} FROM "{table.table}" WHERE "{table.key}" = %s'
    return run(sql, row_key) == 1


def history_swapped(chance: random.Random) -> bool:
    table = _filled(chance)
    one, other = (_some(chance, table.table, table.key) for _ in range(2))
    column = chance.choice(table.columns)
    values = dict(fetch(f'SELECT "{table.key}", "{column}" FROM "{table.table}"'))
    if values[one] == values[other]:
        return False
    _set(table.table, table.key, one, column, values[other])
    return _set(table.table, table.key, other, column, values[one])


def author(chance: random.Random) -> bool:
    column, value = chance.choice([("actor_name", "Nobody"), ("source", "web"), ("at", "2020-02-02 00:00:00")])
    return _set("audit_changeset", "id", _some(chance, "audit_changeset", "id"), column, value)


def reason(chance: random.Random) -> bool:
    return _set("audit_changeset", "id", _some(chance, "audit_changeset", "id"), "reason", chance.choice(JUNK) or "x")


def line_of_the_log(chance: random.Random) -> bool:
    column, value = chance.choice(
        [("fields", "[]"), ("object_text", "Other"), ("object_id", "77777"), ("change_type", "-"), ("model", "x.y")]
    )
    return _set("audit_changerow", "id", _some(chance, "audit_changerow", "id"), column, value)


def entry_removed_with_its_lines(chance: random.Random) -> bool:
    row_key = _some(chance, "audit_changeset", "id")
    run("DELETE FROM audit_changerow WHERE change_set_id = %s", row_key)
    for table in tracked_tables():
        run(f'DELETE FROM "{table.history}" WHERE change_set_id = %s', row_key)
    for derived in DERIVED:
        run(f"DELETE FROM {derived} WHERE change_set_id = %s", row_key)
    return run("DELETE FROM audit_changeset WHERE id = %s", row_key) == 1


def live_text(chance: random.Random) -> bool:
    texts = {"inventory_secret": "purpose", "contacts_person": "name", "contacts_team": "name", "audit_user": "email"}
    table, column = chance.choice(list(texts.items()))
    return _set(table, "id", _some(chance, table, "id"), column, f"Other {chance.random()}")


def live_owner(chance: random.Random) -> bool:
    return _set("inventory_secret", "id", _some(chance, "inventory_secret", "id"), "owner_id", None)


def live_role(chance: random.Random) -> bool:
    return _set("audit_rolegrant", "id", _some(chance, "audit_rolegrant", "id"), "role", "auditor")


def live_row_removed(chance: random.Random) -> bool:
    return run("DELETE FROM inventory_secret WHERE id = %s", _some(chance, "inventory_secret", "id")) == 1


def live_row_added(chance: random.Random) -> bool:
    return run("INSERT INTO contacts_team (name) VALUES (%s)", f"Shadow {chance.random()}") == 1


def entry_removed(chance: random.Random) -> bool:
    return run("DELETE FROM audit_ledgerentry WHERE seq = %s", _some(chance, "audit_ledgerentry", "seq")) == 1


def entries_cut_off(chance: random.Random) -> bool:
    """Cut off the end with all the rows that it seals: only a head that was kept elsewhere can tell."""
    after = _some(chance, "audit_ledgerentry", "seq") - 1
    keys = {table.table: table.key for table in sealed_tables()}
    for derived in DERIVED:
        run(f"DELETE FROM {derived}")
    for table, row_key in fetch("SELECT table_name, row_key FROM audit_ledgerentry WHERE seq > %s", after):
        run(f'DELETE FROM "{table}" WHERE "{keys[table]}" = %s', row_key)
    return run("DELETE FROM audit_ledgerentry WHERE seq > %s", after) > 0


def all_entries_removed(chance: random.Random) -> bool:
    return run("DELETE FROM audit_ledgerentry") > 0


def words_of_an_entry(chance: random.Random) -> bool:
    column, value = chance.choice(
        [
            ("table_name", "contacts_team"),
            ("row_key", 987654),
            ("layout", "0" * 16),
            ("at", "2020-02-02 00:00:00"),
            ("key_id", "00000000"),
        ]
    )
    return _set("audit_ledgerentry", "seq", _some(chance, "audit_ledgerentry", "seq"), column, value)


def bytes_of_an_entry(chance: random.Random) -> bool:
    column = chance.choice(["digests", "seal"])
    value = bytes(chance.randrange(256) for _ in range(chance.choice([0, 1, 16, 32, 160])))
    return _set("audit_ledgerentry", "seq", _some(chance, "audit_ledgerentry", "seq"), column, value)


def entries_swapped(chance: random.Random) -> bool:
    one, other = (_some(chance, "audit_ledgerentry", "seq") for _ in range(2))
    for before, after in ((one, -1), (other, one), (-1, other)):
        run("UPDATE audit_ledgerentry SET seq = %s WHERE seq = %s", after, before)
    return one != other


def entry_forged(chance: random.Random) -> bool:
    """Add an entry with the id of the key and without the key."""
    seq, key_id = fetch("SELECT seq, key_id FROM audit_ledgerentry ORDER BY seq DESC LIMIT 1")[0]
    return (
        run(
            "INSERT INTO audit_ledgerentry (seq, table_name, row_key, layout, at, key_id, digests, seal)"
            " VALUES (%s, 'contacts_team', %s, %s, '2026-01-01 00:00:00', %s, %s, %s)",
            *(seq + 1, chance.randrange(1, 10**6), "0" * 16, key_id, b"", b"x" * 32),
        )
        == 1
    )


def layout_removed(chance: random.Random) -> bool:
    """Change a row and take away what says which column a digest is of."""
    changed = text_of_history(chance)
    run("DELETE FROM audit_sealedlayout")
    return changed


def redaction_invented(chance: random.Random) -> bool:
    """Change history and excuse it with a record of a redaction that nobody made."""
    table = _filled(chance)
    row_key, column = _some(chance, table.table, table.key), chance.choice(sorted(table.texts))
    user = fetch("SELECT id FROM audit_user ORDER BY id LIMIT 1")[0][0]
    run(
        "INSERT INTO audit_redaction (change_set_id, second_id, second_name, table_name, row_key, column_name, key_id,"
        " digest) VALUES (%s, %s, 'x', %s, %s, %s, 'x', %s)",
        *(_some(chance, "audit_changeset", "id"), user, table.table, row_key, column, "0" * 32),
    )
    return _set(table.table, table.key, row_key, column, "x")


KINDS: list[Callable[[random.Random], bool]] = [
    text_of_history,
    time_of_history,
    kind_of_history,
    another_change_set,
    history_removed,
    history_doubled,
    history_swapped,
    author,
    reason,
    line_of_the_log,
    entry_removed_with_its_lines,
    live_text,
    live_owner,
    live_role,
    live_row_removed,
    live_row_added,
    entry_removed,
    entries_cut_off,
    all_entries_removed,
    words_of_an_entry,
    bytes_of_an_entry,
    entries_swapped,
    entry_forged,
    layout_removed,
    redaction_invented,
]
