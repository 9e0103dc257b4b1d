"""Writes the triggers of SQLite.

A change adds a row to `audit_unrecorded`, whose deferred key leads nowhere: the commit fails unless history that equals
the row takes it away again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from audit.backends.sqlite3.base import OPEN
from audit.ledger.tables import ACTOR, LEDGER, REVIEW, UNRECORDED, UNSEALED, SealedTable, TrackedTable
from audit.ledger.watch import (
    PREFIX,
    Watch,
    fixed_words,
    number_words,
    own_review_words,
    quoted,
    redacted_now,
    row_is,
    unequal_words,
    unrecorded_words,
    unsealed_words,
)


def watches(tracked: Iterable[TrackedTable], sealed: Iterable[SealedTable]) -> Iterator[Watch]:
    """Yield every trigger that a register on SQLite has."""
    for table in tracked:
        yield from _of_tracked(table)
        yield _of_history(table)
    for written_once in sealed:
        yield from _of_sealed(written_once)
    for name in LEDGER:
        yield _watch(name, "fixed", "BEFORE UPDATE", _refuse(fixed_words(name)))
        yield _watch(name, "kept", "BEFORE DELETE", _refuse(fixed_words(name)))
    own = f"NEW.author_id IS NOT {ACTOR} OR NEW.reviewer_id IS {ACTOR}"
    yield _watch(REVIEW, "by_another", "BEFORE INSERT", _refuse(own_review_words(), own))
    last = "(SELECT COALESCE(MAX(seq), 0) + 1 FROM audit_ledgerentry)"
    yield _watch(LEDGER[0], "numbered", "BEFORE INSERT", _refuse(number_words(), f"NEW.seq IS NOT {last}"))


def _of_tracked(table: TrackedTable) -> Iterator[Watch]:
    alone = _refuse(f"{table.table}{unrecorded_words(table.name)}", f"NOT {OPEN}()")
    yield _watch(table.table, "added", "AFTER INSERT", alone, _owes(table, "NEW"))
    moved = _owes(table, "OLD", f'OLD."{table.key}" IS NOT NEW."{table.key}"')
    differs = _differs(table.columns, "OLD", "NEW", also=table.key)
    yield _watch(table.table, "changed", "AFTER UPDATE", alone, _owes(table, "NEW"), moved, when=differs)
    announced = f"{row_is(table, 'OLD')} AND announced"
    yield _watch(
        table.table,
        "removed",
        "AFTER DELETE",
        alone,
        _owes(table, "OLD", f"NOT EXISTS (SELECT 1 FROM {UNRECORDED} WHERE {announced})"),
        f"DELETE FROM {UNRECORDED} WHERE {announced}",
    )


def _of_history(table: TrackedTable) -> Watch:
    key = f'live."{table.key}" = NEW."{table.key}"'
    live = f'SELECT 1 FROM "{table.table}" live WHERE {key}'
    equal = " AND ".join([live, *(f'live."{column}" IS NEW."{column}"' for column in table.columns)])
    unequal = (
        f"CASE WHEN NEW.history_type <> '-' THEN NOT EXISTS ({equal})"
        f" ELSE EXISTS ({live}) AND NOT EXISTS ({equal}) OR NOT EXISTS ({live})"
        f" AND NOT EXISTS (SELECT 1 FROM {UNRECORDED} WHERE {row_is(table, 'NEW')}) END"
    )
    goes = f"NEW.history_type = '-' AND EXISTS ({live})"
    return _watch(
        table.history,
        "equals",
        "AFTER INSERT",
        _refuse(unequal_words(table.history), unequal),
        f"DELETE FROM {UNRECORDED} WHERE {row_is(table, 'NEW')}",
        _owes(table, "NEW", goes, announced=1),
    )


def _of_sealed(table: SealedTable) -> Iterator[Watch]:
    words = f'{quoted(table.table + " ")} || NEW."{table.key}" || {quoted(unsealed_words())}'
    waits = f"INSERT INTO {UNSEALED} (table_name, row_key, awaits_id)"
    yield _watch(
        table.table,
        "unsealed",
        "AFTER INSERT",
        f'{waits} VALUES ({quoted(table.table)}, NEW."{table.key}", {words})',
    )
    yield _watch(table.table, "fixed", "BEFORE UPDATE", _refuse(fixed_words(table.table), _more_than_redacted(table)))
    yield _watch(table.table, "kept", "BEFORE DELETE", _refuse(fixed_words(table.table)))


def _more_than_redacted(table: SealedTable) -> str:
    """Return the condition under which an update does more than this transaction's own redactions say."""
    others = [column for column in (table.key, *table.columns) if column not in table.texts]
    texts = [
        f'(OLD."{column}" IS NOT NEW."{column}" AND NOT EXISTS ({redacted_now(table, column)}))'
        for column in sorted(table.texts)
    ]
    return " OR ".join([_differs(others, "OLD", "NEW"), *texts])


def _owes(table: TrackedTable, row: str, condition: str = "1", *, announced: int = 0) -> str:
    words = f'{quoted(table.table + " ")} || {row}."{table.key}" || {quoted(unrecorded_words(table.name))}'
    return (
        f"INSERT INTO {UNRECORDED} (table_name, row_key, announced, awaits_id)"
        f' SELECT {quoted(table.table)}, {row}."{table.key}", {announced}, {words} WHERE {condition}'
    )


def _differs(columns: Iterable[str], one: str, other: str, *, also: str = "") -> str:
    names = [*([also] if also else []), *columns]
    return " OR ".join(f'{one}."{name}" IS NOT {other}."{name}"' for name in names)


def _refuse(words: str, condition: str = "1") -> str:
    return f"SELECT RAISE(ABORT, {quoted(words)}) WHERE {condition}"


def _watch(table: str, what: str, event: str, *steps: str, when: str = "1") -> Watch:
    name = f"{PREFIX}{table}_{what}"
    body = "\n".join(f"  {step};" for step in steps)
    sql = f'CREATE TRIGGER "{name}" {event} ON "{table}" WHEN {when}\nBEGIN\n{body}\nEND'
    return Watch(name, table, (sql,), (f'DROP TRIGGER IF EXISTS "{name}"',), sql)
