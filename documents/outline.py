"""The document of a register that imported none: its chapters, and where parts without a place are put."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from documents.markdown import inline
from documents.markdown.facts import Kind, Part
from documents.markdown.words import plain_words
from documents.models import DocumentSection


@dataclass(frozen=True, slots=True)
class Written:
    """A part of the document, and the section it is kept in: None, or one not saved, where none was made yet."""

    part: Part
    section: DocumentSection | None = None


# The heading of a kind of list or table that stands in the document once.
HEADINGS = {
    Kind.UPCOMING: "Upcoming Rotations",
    Kind.HISTORY: "Rotation History",
    Kind.TEAMS: "Team Assignments",
    Kind.REMINDERS: "Recurring Reminders",
    Kind.CONTACTS: "Primary Contacts",
    Kind.ESCALATION: "Escalation Path",
    Kind.ENVIRONMENTS: "Environment Codes",
    Kind.SERVICES: "Service Codes",
}
_CHAPTERS = {
    Kind.INVENTORY: "Secret Inventory",
    Kind.UPCOMING: "Rotation Schedule",
    Kind.HISTORY: "Rotation Schedule",
    Kind.TYPE: "Secret Types & Requirements",
    Kind.TEAMS: "Ownership Guidelines",
    Kind.REMINDERS: "Calendar Integration",
    Kind.CONTACTS: "Emergency Contacts",
    Kind.ESCALATION: "Emergency Contacts",
    Kind.ENVIRONMENTS: "Secret Naming Convention",
    Kind.SERVICES: "Secret Naming Convention",
}
_TITLE = "Secrets Index & Ownership"
_OVERVIEW = "Which secrets exist, who answers for each, and when each must be rotated. Their values are never here."
_CONVENTION = "Names are `{environment}/{service}/{credential_type}`, all in small letters: `prod/stripe/secret_key`."


def opening() -> list[Part]:
    """Return the chapters of a document that has none yet, without rows."""
    chapters = list(dict.fromkeys(_CHAPTERS.values()))
    parts = [Part(level=1, heading=_TITLE), Part(level=2, heading="Overview", body=_OVERVIEW)]
    for chapter in chapters:
        parts.append(Part(level=2, heading=chapter, body=_CONVENTION if "Naming" in chapter else ""))
        parts += [
            Part(kind, 3, heading)
            for kind, heading in HEADINGS.items()
            if _CHAPTERS[kind] == chapter and kind in (Kind.UPCOMING, Kind.HISTORY)
        ]
    return parts


def completed(kept: Sequence[Written], wanted: Iterable[Written]) -> list[Written]:
    """Return the parts with those that are wanted put behind their like, else into their chapter."""
    parts = list(kept)
    for one in wanted:
        at, level = _place(parts, one.part.kind)
        if at < 0:
            chapter = Part(level=2, heading=_CHAPTERS[one.part.kind])
            parts.append(Written(chapter))
            at, level = len(parts), 3
        parts.insert(at, replace(one, part=replace(one.part, level=level)))
    return parts


def _place(parts: Sequence[Written], kind: Kind) -> tuple[int, int]:
    """Return where a part of this kind goes and its level; (-1, 0) where its chapter is missing."""
    like = [number for number, placed in enumerate(parts) if placed.part.kind == kind]
    if like:
        return _after(parts, like[-1]), _level(parts, like[-1]) or 3
    chapter = plain_words(_CHAPTERS[kind])
    for number, placed in enumerate(parts):
        part = placed.part
        if part.kind == Kind.PROSE and part.level and plain_words(inline.read(part.heading).plain) == chapter:
            return _end_of_chapter(parts, number), min(part.level + 1, 6)
    return -1, 0


def _after(parts: Sequence[Written], number: int) -> int:
    """Return the place behind a part and what continues it."""
    number += 1
    while number < len(parts) and parts[number].part.level == 0:
        number += 1
    return number


def _level(parts: Sequence[Written], number: int) -> int:
    while number > 0 and parts[number].part.level == 0:
        number -= 1
    return parts[number].part.level


def _end_of_chapter(parts: Sequence[Written], number: int) -> int:
    level = parts[number].part.level
    number += 1
    while number < len(parts) and not 0 < parts[number].part.level <= level:
        number += 1
    return number
