"""What stands in the database for the ledger: a trigger by its name, the SQL that makes it and what it looks like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from audit.ledger.tables import REDACTION, UNSEALED, SealedTable, TrackedTable

WHY = "See docs/audit.md."
# What the names of all its triggers begin with.
PREFIX = "ledger_"


@dataclass(frozen=True)
class Watch:
    """One trigger; `shape` is what the database's own catalogue says of it where it is as it should be."""

    name: str
    table: str
    create: tuple[str, ...]
    drop: tuple[str, ...]
    shape: str


def unrecorded_words(model: str) -> str:
    """Return what stands behind the name of a row that changed without history."""
    return (
        f" changed without its history. Write it with save(), update(), bulk_create() or bulk_update() of {model},"
        f" inside an act (audit.acts.acting); after raw SQL call audit.history.record(). {WHY}"
    )


def unsealed_words() -> str:
    """Return what stands behind the name of a row that was not sealed."""
    return f" is not sealed: only the register itself can add to its history. {WHY}"


def unequal_words(table: str) -> str:
    """Return the refusal of a history row that does not tell of a change."""
    return f"{table}: a history row must equal the row it tells of, as the transaction leaves it. {WHY}"


def fixed_words(table: str) -> str:
    """Return the refusal of a change to a row that is written once."""
    return f"{table}: rows are written once, never changed or removed. To take a text out: redact_history. {WHY}"


def own_review_words() -> str:
    """Return the refusal of a review by the author of the change, or of one that names another author."""
    return f"audit_changereview: a change is reviewed by somebody else than its author, who is named with it. {WHY}"


def number_words() -> str:
    """Return the refusal of an entry that leaves a gap or comes twice."""
    return f"audit_ledgerentry: an entry has the number after the last one. {WHY}"


def quoted(text: str) -> str:
    """Return `text` as a string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def row_is(table: TrackedTable, row: str) -> str:
    """Return the condition that a note of what is unrecorded is about `row`, which is NEW or OLD."""
    return f'table_name = {quoted(table.table)} AND row_key = {row}."{table.key}"'


def listed(columns: Iterable[str], row: str) -> str:
    """Return the columns of `row`, parted by commas, such as `NEW."a", NEW."b"`."""
    return ", ".join(f'{row}."{column}"' for column in columns)


def redacted_now(table: SealedTable, column: str) -> str:
    """Return the query for a redaction of `column` of the old row which the transaction under way recorded itself."""
    return (
        f"SELECT 1 FROM {REDACTION} r JOIN {UNSEALED} u ON u.table_name = {quoted(REDACTION)} AND u.row_key = r.id"
        f' WHERE r.table_name = {quoted(table.table)} AND r.row_key = OLD."{table.key}"'
        f" AND r.column_name = {quoted(column)}"
    )
