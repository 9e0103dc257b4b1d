"""Writes parts as Markdown that reads back as those parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from documents.markdown import inline
from documents.markdown.blocks import sections_of
from documents.markdown.facts import LISTS, Kind, Part, RotationRow, Row, SecretRow, Who
from documents.markdown.inline import written
from documents.markdown.slots import GAP, filled
from documents.markdown.tables import NAME, handle_in, reads_as_prose, who_in
from documents.markdown.words import Column

HANDLE_GAP = "@[TBD]"
_COLUMNS = {
    Kind.INVENTORY: (
        *(Column.NAME, Column.OWNER, Column.SLACK, Column.BACKUP_OWNER, Column.BACKUP_SLACK),
        *(Column.TYPE, Column.LAST, Column.NEXT, Column.STATUS),
    ),
    Kind.UPCOMING: (Column.DATE, Column.ENVIRONMENT, Column.SECRETS, Column.OWNER, Column.STATUS, Column.NOTES),
    Kind.HISTORY: (
        *(Column.DATE, Column.ENVIRONMENT, Column.OWNER),
        *(Column.SECRETS_ROTATED, Column.STATUS, Column.NOTES),
    ),
}
_BACKUP = frozenset({Column.BACKUP_OWNER, Column.BACKUP_SLACK})
# Between two lists that would else become one.
_DIVIDER = "<!-- -->"


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document and the line in which each of its parts begins; a part that is not to be seen has none of its own."""

    text: str
    starts: tuple[int, ...]


def write(parts: Sequence[Part]) -> str:
    """Return the document; reading it gives the same parts, whatever their texts hold."""
    return manuscript(parts).text


def manuscript(parts: Sequence[Part]) -> Manuscript:
    """Return the document with the lines of its parts."""
    left_out = _unused_columns(parts)
    text, starts = "", []
    for part in parts:
        content, before = _content(part, left_out), text
        if part.level:
            text = _joined(text, _heading(part), "\n\n")
            starts.append(text.count("\n") + 1)
        if content:
            text = _joined(text, content, "\n" if part.level and part.is_tight else _distance(text, content))
        if not part.level:
            starts.append((text if text == before else text[: len(text) - len(content)]).count("\n") + 1)
    return Manuscript(f"{text}\n", tuple(starts))


def _joined(text: str, addition: str, distance: str) -> str:
    return f"{text}{distance}{addition}" if text else addition


def _distance(before: str, content: str) -> str:
    """Return what keeps `content` apart from a list that stands before it."""
    if before[-20:].endswith(_DIVIDER) or not _may_continue_a_list(content):
        return "\n\n"
    tail = before.rpartition("\n#")[2].split("\n")
    blocks = sections_of(tail)[-1].blocks
    is_list = bool(blocks) and blocks[-1].type in ("bullet_list", "ordered_list")
    return f"\n\n{_DIVIDER}\n\n" if is_list else "\n\n"


def _may_continue_a_list(content: str) -> bool:
    return content[:1].isspace() or content[:1] in "-*+" or content[:1].isdigit()


def _content(part: Part, left_out: frozenset[Column]) -> str:
    if part.kind == Kind.PROSE:
        return _prose(part.body)
    if part.kind in LISTS:
        return filled(part.kind, part.body, part.rows)
    unused = frozenset() if part.kind == Kind.HISTORY else left_out
    columns = [column for column in _COLUMNS[part.kind] if column not in unused]
    lines: list[Sequence[str]] = [columns, ["-" * len(column) for column in columns]]
    lines += [_cells(row, columns) for row in part.rows]
    marked = [f"| {' | '.join(line)} |" for line in lines]
    marked[1] = marked[1].replace(" ", "-")
    return "\n".join(marked)


def _heading(part: Part) -> str:
    """Return the heading as it stands, or escaped where it would not read as one."""
    plain = f"{'#' * part.level} {part.heading}".rstrip()
    found = sections_of(plain.split("\n"))
    if len(found) == 2 and found[1].heading == part.heading and found[1].start == 2:
        return plain
    return f"{'#' * part.level} {written(part.heading)}"


def _prose(body: str) -> str:
    """Return the text as it stands, or fenced where it would not stay by itself."""
    if not body or reads_as_prose(body):
        return body
    fence = "~~~~"
    while fence in body:
        fence += "~"
    return f"{fence}\n{body}\n{fence}"


def _unused_columns(parts: Iterable[Part]) -> frozenset[Column]:
    """Return the columns that are written only where somebody needs them."""
    rows = [row for part in parts if part.kind in (Kind.INVENTORY, Kind.UPCOMING) for row in part.rows]
    unused: set[Column] = set()
    if not any(isinstance(row, SecretRow) and row.backup_owner for row in rows):
        unused |= _BACKUP
    if not any(isinstance(row, RotationRow) and row.notes for row in rows):
        unused.add(Column.NOTES)
    return frozenset(unused)


def _cells(row: Row, columns: Sequence[Column]) -> list[str]:
    cells = _secret(row) if isinstance(row, SecretRow) else _rotation(row) if isinstance(row, RotationRow) else {}
    return [cells[column] for column in columns]


def _secret(row: SecretRow) -> dict[Column, str]:
    return {
        Column.NAME: inline.code(row.name),
        Column.OWNER: _name(row.owner),
        Column.SLACK: _handle(row.owner),
        Column.BACKUP_OWNER: _name(row.backup_owner),
        Column.BACKUP_SLACK: _handle(row.backup_owner),
        Column.TYPE: _text(row.type),
        Column.LAST: _date(row.last_on),
        Column.NEXT: _date(row.next_on),
        Column.STATUS: _text(row.status),
    }


def _rotation(row: RotationRow) -> dict[Column, str]:
    secrets = _secrets(row.secrets)
    return {
        Column.DATE: _date(row.on),
        Column.ENVIRONMENT: _text(row.environment),
        Column.OWNER: _with_handle(row.owner) if row.owner.handle else _name(row.owner),
        Column.SECRETS: secrets,
        Column.SECRETS_ROTATED: secrets,
        Column.STATUS: _text(row.status),
        Column.NOTES: written(row.notes, lambda source: inline.read_text(source).value),
    }


def _date(day: date | None) -> str:
    return day.isoformat() if day else GAP


def _text(text: str, reads_as: Callable[[str], str] | None = None) -> str:
    return written(text, reads_as) if text else GAP


def _name(who: Who) -> str:
    return _text(who.name, _bare_name)


def _bare_name(source: str) -> str:
    """Return the name a cell names, or what no name can be where it names a handle too."""
    who = who_in(inline.read(source))
    return "\0" if who.handle else who.name


def _handle(who: Who) -> str:
    return f"@{written(who.handle, lambda source: handle_in(inline.read(f'@{source}')))}" if who.handle else HANDLE_GAP


def _with_handle(who: Who) -> str:
    handle = written(who.handle, lambda source: who_in(inline.read(f"n (@{source})")).handle)
    return f"{_name(who)} (@{handle})"


def _secrets(words: str) -> str:
    names = words.split(", ")
    return ", ".join(map(inline.code, names)) if all(map(NAME.fullmatch, names)) else _text(words)
