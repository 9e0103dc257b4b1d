"""Knows how a list keeps its lines: those of the register are filled in by label, all others stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from documents.markdown import inline
from documents.markdown.blocks import sections_of
from documents.markdown.facts import CodeRow, ContactRow, Kind, ReminderRow, Row, StepRow, TeamRow, TypeRow
from documents.markdown.lists import TYPE_LABELS, Line, belongs_to, contact_in, lines_in, type_field

GAP = "[TBD]"
_DEFAULT_GAPS = ("[Name]", "slack-handle", "[phone]")


def slot(kind: Kind, line: Line, row: Row | None) -> str:
    """Return the place of a row, its label alone, with the lines under it; a line without a row as it stands."""
    text = " ".join(line.item.text.split("\n"))
    kept = f"- {_label(kind, line.label)}" if row is not None else f"- {text}"
    return f"{kept}\n{line.item.rest}" if line.item.rest else kept


def filled(kind: Kind, body: str, rows: Sequence[Row]) -> str:
    """Return the list: the lines of `body` in order, filled in, then the rows that have no place in it."""
    if kind == Kind.ESCALATION:
        steps = (row for row in rows if isinstance(row, StepRow))
        return "\n".join(f"{number}. {_step(row.label)}" for number, row in enumerate(steps, 1))
    waiting = dict(_bullets(kind, rows))
    lines = []
    for line in _lines_of(body):
        key = type_field(line.label) if kind == Kind.TYPE else line.label
        if key in waiting:
            text = f"- {_label(kind, line.label)}{waiting.pop(key)}"
        elif belongs_to(kind, line):
            continue
        else:
            text = f"- {' '.join(line.item.text.split(chr(10)))}"
        lines.append(f"{text}\n{line.item.rest}" if line.item.rest else text)
    new = {key: text for key, text in waiting.items() if kind != Kind.TYPE or not lines or text != f": {GAP}"}
    lines += [f"- {_label(kind, TYPE_LABELS.get(key, key))}{text}" for key, text in new.items()]
    return "\n".join(lines)


def _lines_of(body: str) -> Iterator[Line]:
    if body.strip():
        for block in sections_of(body.split("\n"))[0].blocks:
            yield from lines_in(block)


def _bullets(kind: Kind, rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """Yield what stands after the label of each row, by label; of a type by field."""
    for row in rows:
        match row:
            case TypeRow():
                for field in TYPE_LABELS:
                    yield field, f": {_text(getattr(row, field))}"
            case TeamRow():
                yield row.label, f": {_text(row.team)}"
            case ContactRow():
                yield row.label, f": {_contact(row)}"
            case CodeRow():
                yield row.label, f" - {_text(row.name)}"
            case ReminderRow():
                yield row.label, f": {_text(row.words)}"


def _label(kind: Kind, label: str) -> str:
    if kind in (Kind.ENVIRONMENTS, Kind.SERVICES):
        return inline.code(label)
    return f"**{inline.written(label, _label_in)}**"


def _label_in(source: str) -> str:
    label = inline.read_labelled(f"**{source}**: a").label
    return label.plain if label else ""


def _text(text: str) -> str:
    return inline.written(text, lambda source: inline.read_labelled(f"**a**: {source}").text.value) if text else GAP


def _contact(row: ContactRow) -> str:
    name, handle, phone = _DEFAULT_GAPS
    if row.who.name:
        name = inline.written(row.who.name, lambda source: contact_in(inline.read(f"{source} (@h) - 1"))[0].name)
    if row.who.handle:
        handle = inline.written(row.who.handle, lambda source: contact_in(inline.read(f"n (@{source}) - 1"))[0].handle)
    if row.phone:
        phone = inline.written(row.phone, lambda source: contact_in(inline.read(f"n (@h) - {source}"))[1])
    return f"{name} (@{handle}) - {phone}"


def _step(words: str) -> str:
    return inline.written(words, _step_in) if words else GAP


def _step_in(source: str) -> str:
    lines = list(_lines_of(f"1. {source}"))
    return inline.read(lines[0].item.text).value if len(lines) == 1 and not lines[0].item.rest else ""
