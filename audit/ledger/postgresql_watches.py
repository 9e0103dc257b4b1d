"""Writes the triggers of PostgreSQL; their functions run with the rights of the tables' owner.

A change adds a row to `audit_unrecorded`, whose deferred key leads nowhere: the commit fails unless history that equals
the row takes it away again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from audit.ledger.tables import ACTOR, LEDGER, REVIEW, UNRECORDED, UNSEALED, SealedTable, TrackedTable
from audit.ledger.watch import (
    PREFIX,
    Watch,
    fixed_words,
    listed,
    number_words,
    own_review_words,
    quoted,
    redacted_now,
    row_is,
    unequal_words,
    unrecorded_words,
    unsealed_words,
)

# As the catalogue numbers them: pg_trigger.tgtype.
ROW, BEFORE, INSERT, DELETE, UPDATE, TRUNCATE = 1, 2, 4, 8, 16, 32
_WORDS = {INSERT: "INSERT", DELETE: "DELETE", UPDATE: "UPDATE", TRUNCATE: "TRUNCATE"}


def watches(tracked: Iterable[TrackedTable], sealed: Iterable[SealedTable]) -> Iterator[Watch]:
    """Yield every trigger that a register on PostgreSQL has."""
    for table in tracked:
        yield _watch(table.table, "changed", ROW | INSERT | UPDATE | DELETE, _change(table))
        yield _kept(table.table, TRUNCATE)
        yield _watch(table.history, "equals", ROW | INSERT, _history(table))
    for written_once in sealed:
        yield _watch(written_once.table, "unsealed", ROW | INSERT, _unsealed(written_once))
        yield _watch(written_once.table, "fixed", ROW | BEFORE | UPDATE, _fixed(written_once))
        yield _watch(written_once.table, "kept", ROW | BEFORE | DELETE, _raise(fixed_words(written_once.table)))
        yield _kept(written_once.table, TRUNCATE)
    for name in LEDGER:
        yield _watch(name, "fixed", ROW | BEFORE | UPDATE | DELETE, _raise(fixed_words(name)))
        yield _kept(name, TRUNCATE)
    yield _watch(LEDGER[0], "numbered", ROW | BEFORE | INSERT, _numbered())
    yield _watch(REVIEW, "by_another", ROW | BEFORE | INSERT, _own_review())


def _change(table: TrackedTable) -> str:
    new, old = listed((table.key, *table.columns), "NEW"), listed((table.key, *table.columns), "OLD")
    return f"""
  IF TG_OP = 'DELETE' THEN
    DELETE FROM {UNRECORDED} WHERE {row_is(table, "OLD")} AND announced;
    IF NOT FOUND THEN {_owes(table, "OLD")}; END IF;
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF ({new}) IS NOT DISTINCT FROM ({old}) THEN RETURN NULL; END IF;
    IF OLD."{table.key}" <> NEW."{table.key}" THEN {_owes(table, "OLD")}; END IF;
  END IF;
  {_owes(table, "NEW")};
  RETURN NULL;"""


def _history(table: TrackedTable) -> str:
    columns = (table.key, *table.columns)
    equal = f"({listed(columns, 'live')}) IS NOT DISTINCT FROM ({listed(columns, 'NEW')})"
    refuse = _raise(unequal_words(table.history))
    return f"""
  SELECT {equal} INTO is_equal FROM "{table.table}" live WHERE live."{table.key}" = NEW."{table.key}";
  is_there := FOUND;
  IF (NOT is_there AND NEW.history_type <> '-') OR (is_there AND NOT is_equal) THEN {refuse} END IF;
  DELETE FROM {UNRECORDED} WHERE {row_is(table, "NEW")};
  IF NEW.history_type = '-' AND is_there THEN {_owes(table, "NEW", announced=True)};
  ELSIF NEW.history_type = '-' AND NOT FOUND THEN {refuse} END IF;
  RETURN NULL;"""


def _unsealed(table: SealedTable) -> str:
    words = f'{quoted(table.table + " ")} || NEW."{table.key}" || {quoted(unsealed_words())}'
    return f"""
  INSERT INTO {UNSEALED} (table_name, row_key, awaits_id) VALUES ({quoted(table.table)}, NEW."{table.key}", {words});
  RETURN NULL;"""


def _fixed(table: SealedTable) -> str:
    """Let through what this transaction's own redactions name, and nothing else."""
    others = [column for column in (table.key, *table.columns) if column not in table.texts]
    conditions = [f"({listed(others, 'OLD')}) IS DISTINCT FROM ({listed(others, 'NEW')})"]
    conditions += [
        f'(OLD."{column}" IS DISTINCT FROM NEW."{column}" AND NOT EXISTS ({redacted_now(table, column)}))'
        for column in sorted(table.texts)
    ]
    return f"""
  IF {" OR ".join(conditions)} THEN {_raise(fixed_words(table.table))} END IF;
  RETURN NEW;"""


def _numbered() -> str:
    return f"""
  IF NEW.seq IS DISTINCT FROM (SELECT COALESCE(MAX(seq), 0) + 1 FROM {LEDGER[0]}) THEN {_raise(number_words())} END IF;
  RETURN NEW;"""


def _own_review() -> str:
    own = f"NEW.author_id IS DISTINCT FROM {ACTOR} OR NEW.reviewer_id IS NOT DISTINCT FROM {ACTOR}"
    return f"""
  IF {own} THEN {_raise(own_review_words())} END IF;
  RETURN NEW;"""


def _owes(table: TrackedTable, row: str, *, announced: bool = False) -> str:
    words = f'{quoted(table.table + " ")} || {row}."{table.key}" || {quoted(unrecorded_words(table.name))}'
    return (
        f"INSERT INTO {UNRECORDED} (table_name, row_key, announced, awaits_id)"
        f' VALUES ({quoted(table.table)}, {row}."{table.key}", {announced}, {words})'
    )


def _raise(words: str) -> str:
    return f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = {quoted(words)};"


def _kept(table: str, event: int) -> Watch:
    return _watch(table, "not_emptied", BEFORE | event, _raise(fixed_words(table)))


def _watch(table: str, what: str, kind: int, body: str) -> Watch:
    name = f"{PREFIX}{table}_{what}"
    source = f"DECLARE\n  is_equal boolean;\n  is_there boolean;\nBEGIN\n{body}\nEND"
    events = " OR ".join(word for event, word in _WORDS.items() if kind & event)
    when, each = ("BEFORE" if kind & BEFORE else "AFTER"), ("ROW" if kind & ROW else "STATEMENT")
    create = (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER'
        f" SET search_path FROM CURRENT AS $watch${source}$watch$",
        f'CREATE TRIGGER "{name}" {when} {events} ON "{table}" FOR EACH {each} EXECUTE FUNCTION "{name}"()',
    )
    drop = (f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"', f'DROP FUNCTION IF EXISTS "{name}"()')
    return Watch(name, table, create, drop, f"{table} {kind} O {name} {source}")
