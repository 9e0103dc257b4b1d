"""Knows how the rows of the inventory and of the rotations stand in tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from documents.markdown import inline
from documents.markdown.blocks import Block, TableRow, cells_of, sections_of
from documents.markdown.dates import UnclearDateError, read_date
from documents.markdown.facts import Kind, RotationRow, Row, SecretRow, Who
from documents.markdown.findings import Findings
from documents.markdown.inline import Inline
from documents.markdown.words import INVENTORY_COLUMNS, ROTATION_COLUMNS, Column, plain_words

_PART = r"[a-z0-9][a-z0-9_.-]*"
NAME = re.compile(rf"({_PART})/({_PART})/({_PART})")
_WITH_HANDLE = re.compile(r"(.*?)\s*[(<]@([^\s()<>@]*)[)>]", re.DOTALL)
_READ = {Column.NOTES: inline.read_text}
_PAST = {"history", "past", "completed", "previous", "log", "done"}
_FUTURE = {"upcoming", "planned", "scheduled", "schedule", "next", "future"}


@dataclass(frozen=True, slots=True)
class Heading:
    """The columns of a table: what each holds, None for one the register has no place for."""

    kind: Kind
    columns: tuple[Column | None, ...]
    words: tuple[str, ...]


def heading_of(cells: Sequence[str], *, section: str) -> Heading | None:
    """Return what a table with these column headings holds, or None if it is none of the register's."""
    words = tuple(inline.read(cell).plain for cell in cells)
    spelled = [plain_words(word) for word in words]
    if _is_rotations(spelled):
        return Heading(_which_rotations(spelled, section), _columns(spelled, ROTATION_COLUMNS), words)
    columns = _columns(spelled, INVENTORY_COLUMNS)
    facts = {Column.OWNER, Column.TYPE, Column.LAST, Column.NEXT, Column.STATUS}
    if Column.NAME in columns and facts & set(columns):
        return Heading(Kind.INVENTORY, columns, words)
    return None


def rows_of(block: Block, heading: Heading, findings: Findings) -> list[Row]:
    """Return the rows that can be taken; the others are problems."""
    _tell_columns(block.line, heading, findings)
    read = _secret if heading.kind == Kind.INVENTORY else _rotation
    found: list[Row] = []
    for row in block.rows[1:]:
        cells = _cells(row, heading, findings)
        taken = read(row.line, cells, findings) if cells is not None else None
        if taken is not None:
            found.append(taken)
    return found


def looks_like_a_table(block: Block) -> bool:
    """Return whether a paragraph was meant as one of the register's tables and cannot be read as one."""
    lines = block.text.split("\n")
    if block.type != "paragraph" or len(lines) < 2 or not all("|" in line for line in lines[:2]):
        return False
    return any(heading_of(cells_of(line), section="") is not None for line in lines)


def reads_as_prose(body: str) -> bool:
    """Return whether a text, written between two headings, is read back as that text and nothing else."""
    sections = sections_of(["# a", *body.split("\n"), "", "# b"])
    if len(sections) != 3 or sections[2].heading != "b":
        return False
    return not any(
        block.type == "table" and heading_of(block.rows[0].cells, section="") for block in sections[1].blocks
    )


def who_in(cell: Inline) -> Who:
    """Return the person a cell names: `Name`, `Name (@handle)` or `@handle`."""
    if cell.is_gap:
        return Who()
    found = _WITH_HANDLE.fullmatch(cell.shadow)
    if found:
        name, handle = cell[slice(*found.span(1))], cell[slice(*found.span(2))]
        return Who(name.value, handle_in(Inline(f"@{handle.plain}", f"@{handle.shadow}")))
    if cell.shadow.startswith("@") and " " not in cell.shadow:
        return Who("", handle_in(cell))
    return Who(cell.value)


def handle_in(cell: Inline) -> str:
    """Return the Slack handle a cell holds, without its @."""
    return "" if cell.is_gap else cell.stripped().plain.removeprefix("@")


def _is_rotations(spelled: Sequence[str]) -> bool:
    columns = _columns(spelled, ROTATION_COLUMNS)
    if Column.DATE not in columns or {"type", "secret type"} & set(spelled):
        return False
    return bool({Column.ENVIRONMENT, Column.SECRETS, Column.SECRETS_ROTATED} & set(columns))


def _which_rotations(spelled: Sequence[str], section: str) -> Kind:
    said = set(plain_words(section).split())
    if said & _PAST:
        return Kind.HISTORY
    if said & _FUTURE:
        return Kind.UPCOMING
    past = Column.SECRETS_ROTATED in _columns(spelled, ROTATION_COLUMNS)
    return Kind.HISTORY if past else Kind.UPCOMING


def _columns(spelled: Sequence[str], known: Mapping[str, Column]) -> tuple[Column | None, ...]:
    found: list[Column | None] = []
    for words in spelled:
        column = known.get(words)
        if column == Column.SLACK and found and found[-1] == Column.BACKUP_OWNER:
            column = Column.BACKUP_SLACK
        found.append(None if column in found else column)
    return tuple(found)


def _tell_columns(line: int, heading: Heading, findings: Findings) -> None:
    for column, words in zip(heading.columns, heading.words, strict=True):
        if column is None:
            shown = f"“{words}”" if findings.accepts(line, "Table heading", words, words) else "without a name"
            findings.note(line, f"The column {shown} has no place in the register and is left out.")
        elif plain_words(words) != plain_words(column):
            findings.note(line, f"The column “{words}” is read as “{column}”.")


def _cells(row: TableRow, heading: Heading, findings: Findings) -> dict[Column, Inline] | None:
    """Return the cells of a row by column, or None where one is refused or the row has too many."""
    if row.written > len(heading.columns):
        text = f"This row has {row.written} cells, its heading has {len(heading.columns)}. Write | in a cell as \\|."
        findings.problem(row.line, text)
        return None
    sources = {column: cell for column, cell in zip(heading.columns, row.cells, strict=False) if column}
    cells = {column: _READ.get(column, inline.read)(cell) for column, cell in sources.items()}
    if any("](" in cell for column, cell in sources.items() if column not in _READ):
        findings.note(row.line, "The addresses behind links are left out; the words are taken.")
    kept = [findings.accepts(row.line, column, sources[column], cell.plain) for column, cell in cells.items()]
    return cells if all(kept) else None


def _secret(line: int, cells: Mapping[Column, Inline], findings: Findings) -> SecretRow | None:
    name = _value(cells, Column.NAME)
    if NAME.fullmatch(name) is None:
        if any(_value(cells, column) for column in cells):
            findings.problem(line, _breaks_convention(name))
        return None
    findings.named.add(name)
    if name != _spoken_environment(cells, name):
        findings.problem(line, f"{name} stands in a row for another environment.")
        return None
    try:
        last_on, next_on = _day(cells, Column.LAST), _day(cells, Column.NEXT)
    except UnclearDateError as error:
        findings.problem(line, f"{name}: {error}")
        return None
    owner = _person(cells, Column.OWNER, Column.SLACK)
    backup = _person(cells, Column.BACKUP_OWNER, Column.BACKUP_SLACK)
    row = SecretRow(
        name, owner, backup, _value(cells, Column.TYPE), last_on, next_on, _value(cells, Column.STATUS), line
    )
    findings.gap(line, name, _gaps(row, cells))
    return row


def _breaks_convention(name: str) -> str:
    if not name:
        return "This row names no secret."
    words = "The name is not {environment}/{service}/{credential_type} in small letters"
    return f"{words}, such as prod/stripe/secret_key."


def _spoken_environment(cells: Mapping[Column, Inline], name: str) -> str:
    """Return `name`, or "" where a column of the row says another environment by its code."""
    said = _value(cells, Column.ENVIRONMENT)
    return "" if re.fullmatch(_PART, said) and not name.startswith(f"{said}/") else name


def _gaps(row: SecretRow, cells: Mapping[Column, Inline]) -> Iterator[str]:
    if not row.owner:
        yield "owner"
    if Column.SLACK in cells and not row.owner.handle:
        yield "Slack handle"
    if Column.BACKUP_OWNER in cells and not row.backup_owner:
        yield "backup owner"
    for fact, words in ((row.type, "type"), (row.last_on, "last rotation"), (row.next_on, "next rotation")):
        if not fact:
            yield words
    if Column.STATUS in cells and not row.status:
        yield "status"


def _rotation(line: int, cells: Mapping[Column, Inline], findings: Findings) -> RotationRow | None:
    if not any(_value(cells, column) for column in cells):
        return None
    try:
        on = _day(cells, Column.DATE)
    except UnclearDateError as error:
        findings.problem(line, f"Rotation: {error}")
        return None
    secrets = _value(cells, Column.SECRETS) or _value(cells, Column.SECRETS_ROTATED)
    environment, owner = _value(cells, Column.ENVIRONMENT), _person(cells, Column.OWNER, Column.SLACK)
    status, notes = _value(cells, Column.STATUS), _value(cells, Column.NOTES)
    row = RotationRow(on, environment, owner, secrets, status, notes, line)
    facts = ((on, "date"), (environment, "environment"), (owner, "owner"), (secrets, "secrets"), (status, "status"))
    findings.gap(line, f"The rotation “{_short(environment)}”", (words for fact, words in facts if not fact))
    return row


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:57]}…"


def _value(cells: Mapping[Column, Inline], column: Column) -> str:
    cell = cells.get(column)
    return cell.value if cell else ""


def _day(cells: Mapping[Column, Inline], column: Column) -> date | None:
    words = _value(cells, column)
    return read_date(words) if words else None


def _person(cells: Mapping[Column, Inline], owner: Column, slack: Column) -> Who:
    who = who_in(cells[owner]) if owner in cells else Who()
    handle = handle_in(cells[slack]) if slack in cells else ""
    return Who(who.name, handle or who.handle)
