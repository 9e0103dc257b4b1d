"""Knows the words for the state of a rotation in a document, in which table it stands, and what it covers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from documents.markdown.words import plain_words
from documents.register import Item
from rotations.models import Rotation

State, Table, Kind = Rotation.State, Rotation.Table, Rotation.Kind
_WORDS = {
    State.COMPLETE: "complete, completed, done, finished, rotated, success, successful, ok, closed",
    State.CANCELLED: "cancelled, canceled, skipped, dropped",
    State.IN_PROGRESS: "in progress, started, ongoing, running, partly done, partial",
    State.PLANNED: "scheduled, planned, pending, upcoming, open, to do, due, overdue, postponed, delayed",
    State.DRAFT: "draft, proposed, idea",
}
_STATE_BY_WORD = {word: state for state, words in _WORDS.items() for word in words.split(", ")}
_WRITTEN = {
    State.COMPLETE: "✅ Complete",
    State.CANCELLED: "Cancelled",
    State.IN_PROGRESS: "In progress",
    State.PLANNED: "Scheduled",
    State.DRAFT: "Draft",
}


def state_in(words: str, *, on: date | None, table: str) -> str | None:
    """Return the state a row means, None for unknown words; a row without a date is a draft, whatever it says."""
    said = _STATE_BY_WORD.get(plain_words(words))
    if not words:
        said = State.COMPLETE if table == Table.HISTORY else State.PLANNED
    if said is None:
        return None
    return State.DRAFT if on is None and said != State.CANCELLED else said


def state_of_unknown(*, on: date | None, table: str) -> str:
    """Return the state of a row whose status the register does not know: nothing is taken as done."""
    return State.DRAFT if table == Table.HISTORY or on is None else State.PLANNED


def status_of(rotation: Rotation) -> str:
    """Return the word of the document it came from while that still holds, else the register's own."""
    words = rotation.document_status
    if words:
        on, table = rotation.on, table_of(rotation)
        means = state_in(words, on=on, table=table) or state_of_unknown(on=on, table=table)
        if means == rotation.state:
            return words
    return _WRITTEN[State(rotation.state)]


def table_of(rotation: Rotation) -> str:
    """Return the table of the document a rotation stands in; a complete one moves to the history."""
    if rotation.kind == Kind.IMPORTED and rotation.document_table == Table.NEITHER:
        return Table.NEITHER
    if rotation.state == State.COMPLETE or (rotation.document_table == Table.HISTORY and not _is_ahead(rotation)):
        return Table.HISTORY
    return Table.UPCOMING


def words_of(rotation: Rotation, items: Sequence[Item]) -> str:
    """Return the secrets of a rotation: the words of a document, else names; of a complete one what was rotated."""
    return rotation.secrets_in_words or ", ".join(str(item.secret) for item in _told(rotation, items))


def environment_of(rotation: Rotation, items: Sequence[Item]) -> str:
    """Return the name of the rotation's environment, or those of its secrets."""
    if rotation.environment is not None:
        return rotation.environment.name
    return ", ".join(dict.fromkeys(item.secret.environment.name for item in _told(rotation, items)))


def _told(rotation: Rotation, items: Sequence[Item]) -> list[Item]:
    """Return the items a document tells of: all, but of a complete rotation only what was rotated."""
    return [item for item in items if item.rotated_on is not None or rotation.state != State.COMPLETE]


def in_table(rotations: Sequence[Rotation], table: str) -> list[Rotation]:
    """Return the rotations of a table: those of a document in its order, then the others by date."""
    chosen = [rotation for rotation in rotations if table_of(rotation) == table]
    return sorted(chosen, key=_place)


def _place(rotation: Rotation) -> tuple[bool, int, date, int]:
    position = rotation.document_position
    return (not position, position, rotation.on or date.max, rotation.pk)


def _is_ahead(rotation: Rotation) -> bool:
    return rotation.state in (State.PLANNED, State.IN_PROGRESS)
