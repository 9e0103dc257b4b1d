"""Knows how types, teams, contacts, codes, reminders and the escalation path stand in lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from documents.markdown import inline
from documents.markdown.blocks import Block, ListItem
from documents.markdown.dates import read_interval
from documents.markdown.facts import (
    CodeRow,
    ContactRow,
    Kind,
    ReminderRow,
    Row,
    StepRow,
    TeamRow,
    TypeRow,
    Who,
)
from documents.markdown.findings import Findings
from documents.markdown.inline import Inline, Labelled
from documents.markdown.words import plain_words

# A bullet of a type's section, by the field of TypeRow, in the order of the form.
TYPE_LABELS = {"rotation": "Rotation", "owner": "Owner", "provider": "Provider", "format": "Format"}
_TYPE_WORDS = {
    "rotation": "rotation",
    "interval": "rotation",
    "rotation interval": "rotation",
    "rotate": "rotation",
    "owner": "owner",
    "responsible": "owner",
    "responsible party": "owner",
    "responsible team": "owner",
    "provider": "provider",
    "providers": "provider",
    "source": "provider",
    "format": "format",
}
_CONTACT = re.compile(
    r"(?P<name>.*?)\s*(?:[(<](?P<handle>@?[^()<>]*)[)>])?\s*(?:(?:[-–—,]\s|[-–—,]$)\s*(?P<phone>.*))?", re.DOTALL
)
_DAYS = re.compile(r"([0-9]{1,4})[\s-]*days?\b")
_AFTER = re.compile(r"\b(?:post|after|clean\s*up|cleanup)\b")


@dataclass(frozen=True, slots=True)
class Line:
    """An item of a list with its label and text."""

    item: ListItem
    labelled: Labelled

    @property
    def label(self) -> str:
        """The label, "" without one."""
        return self.labelled.label.plain if self.labelled.label else ""

    @property
    def text(self) -> Inline:
        """What stands after the label."""
        return self.labelled.text


def lines_in(block: Block) -> list[Line]:
    """Return the items of a list with their labels."""
    return [Line(item, inline.read_labelled(item.text)) for item in block.items]


def kind_of(block: Block, *, headings: tuple[str, ...]) -> Kind | None:
    """Return what a list under these headings (outermost first) holds, or None if it is text of its own."""
    if block.type not in ("bullet_list", "ordered_list") or not headings:
        return None
    own = plain_words(headings[-1])
    if "escalation" in own.split():
        nested = any(item.rest for item in block.items)
        return None if nested else Kind.ESCALATION
    kind = _KIND_BY_HEADING.get(own)
    if kind is None and "reminder" in own.rstrip("s").split()[-1:]:
        kind = Kind.REMINDERS
    if kind is None and len(headings) > 1 and _is_types(headings[-2]):
        kind = Kind.TYPE
    return kind if kind and any(_READERS[kind](line) for line in lines_in(block)) else None


def rows_of(block: Block, kind: Kind, *, heading: str, findings: Findings) -> list[tuple[Line, Row | None]]:
    """Return every item of the list, with its row where it has one; a refused item is a problem and left out."""
    found: list[tuple[Line, Row | None]] = []
    for line in lines_in(block):
        if not findings.accepts(line.item.line, "List", line.item.text, inline.read(line.item.text).plain):
            continue
        if "](" in line.item.text:
            findings.note(line.item.line, "The addresses behind links are left out; the words are taken.")
        row = _step(line) if kind == Kind.ESCALATION else _READERS[kind](line)
        if row is None and not line.item.text.strip():
            continue
        if row is None:
            findings.note(line.item.line, f"This line of the list “{heading}” is kept as text.")
        if isinstance(row, ContactRow):
            facts = ((row.who.name, "name"), (row.who.handle, "Slack handle"), (row.phone, "phone number"))
            findings.gap(line.item.line, row.label, (words for fact, words in facts if not fact))
        elif isinstance(row, TeamRow) and not row.team:
            findings.gap(line.item.line, row.label, ["team"])
        found.append((line, row))
    return found


def type_row(name: str, line: int, found: list[tuple[Line, Row | None]], findings: Findings) -> TypeRow | None:
    """Return what the bullets of a type's section say together, None where the interval cannot be read."""
    said: dict[str, str] = {}
    for bullet, _ in found:
        key = type_field(bullet.label)
        if key and not said.get(key):
            said[key] = bullet.text.value
    row = TypeRow(name, line=line, **said)
    findings.gap(line, name, (words for words in TYPE_LABELS if words in said and not said[words]))
    if row.rotation:
        try:
            _, exact = read_interval(row.rotation)
        except ValueError as error:
            findings.problem(line, f"{name}: {error}")
            return None
        if not exact:
            findings.note(line, f"{name}: a month is taken as 30 days, a quarter as 90, a year as 365.")
    return row


def type_field(label: str) -> str:
    """Return the field of TypeRow a bullet with this label is about, "" for none."""
    return _TYPE_WORDS.get(plain_words(label), "")


def belongs_to(kind: Kind, line: Line) -> bool:
    """Return whether a line of a list is one the register keeps, by its label."""
    return _READERS[kind](line) is not None


def _is_types(heading: str) -> bool:
    words = plain_words(heading)
    return words in ("types", "requirements", "types and requirements", "type requirements") or (
        words.startswith(("secret types", "types of secrets", "secret type")) and not words.endswith("s list")
    )


def _type_bullet(line: Line) -> Row | None:
    return TypeRow(line.label) if type_field(line.label) else None


def _team(line: Line) -> Row | None:
    return TeamRow(line.label, line.text.value, line.item.line) if line.label else None


def contact_in(text: Inline) -> tuple[Who, str]:
    """Return the person and the phone number of `Name (@handle) - phone`."""
    found = _CONTACT.fullmatch(text.shadow)
    if found is None:
        return Who(text.value), ""
    parts = {name: text[slice(*found.span(name))].stripped() for name in found.groupdict() if found[name] is not None}
    handle = parts.get("handle", Inline("", ""))
    marked = handle.shadow if handle.shadow.startswith("@") else f"@{handle.shadow}"
    is_gap = handle.is_gap or Inline(handle.plain, marked).is_gap
    name = parts.get("name", Inline("", ""))
    who = Who(name.value, "" if is_gap else handle.plain.removeprefix("@"))
    return who, parts["phone"].value if "phone" in parts else ""


def _contact(line: Line) -> Row | None:
    return ContactRow(line.label, *contact_in(line.text), line.item.line) if line.label else None


def _code(line: Line) -> Row | None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", line.label):
        return None
    return CodeRow(line.label, line.text.value, line.item.line)


def _step(line: Line) -> Row | None:
    words = inline.read(line.item.text).value
    return StepRow(words, line.item.line) if words else None


def days_in(label: str) -> int | None:
    """Return the days before a rotation (negative: after it) that a reminder's label names, None for none."""
    words = plain_words(label)
    found = _DAYS.search(words)
    days = int(found[1]) if found else None
    if _AFTER.search(words):
        return -days if days else -1
    return None if "rotation" in words.split() else days  # "90-day rotation" is the interval itself


def _reminder(line: Line) -> Row | None:
    return ReminderRow(line.label, days_in(line.label), line.text.value, line.item.line) if line.label else None


_READERS: dict[Kind, Callable[[Line], Row | None]] = {
    Kind.TYPE: _type_bullet,
    Kind.TEAMS: _team,
    Kind.CONTACTS: _contact,
    Kind.ENVIRONMENTS: _code,
    Kind.SERVICES: _code,
    Kind.REMINDERS: _reminder,
}
_HEADINGS = {
    Kind.TEAMS: "team assignments, teams, team assignment, team ownership, responsible teams",
    Kind.CONTACTS: "primary contacts, emergency contacts, contacts, key contacts, security contacts",
    Kind.ENVIRONMENTS: "environment codes, environments, environment names",
    Kind.SERVICES: "service codes, services, service names",
}
_KIND_BY_HEADING = {words: kind for kind, several in _HEADINGS.items() for words in several.split(", ")}
