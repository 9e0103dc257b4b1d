"""Takes from a document its own text: sections are known by their headings; what only the register has stays."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from documents.importing.sheet import Sheet
from documents.importing.types import Types
from documents.markdown.facts import Document, Kind, Part, TypeRow
from documents.markdown.words import plain_words
from documents.markdown.writer import manuscript
from documents.models import DocumentSection
from documents.outline import Written
from inventory.models import Environment

STEP = 100
_Key = tuple[tuple[str, ...], Kind, str]


def take_sections(
    document: Document,
    baseline: Document,
    written: Sequence[Written],
    *,
    sheet: Sheet,
    places: Mapping[str, Environment],
    types: Types,
) -> None:
    """Add the sections the register does not have, change those that differ, and keep the document's order."""
    told_texts = _texts(baseline.parts)
    if _texts(document.parts) == told_texts:
        return
    parts = _without_second_tables(document.parts, told_texts)
    free = _by_key(baseline, written)
    is_first = not any(one.section is not None and one.section.pk for one in written)
    position = 0
    for part in parts:
        waiting = free[_key(part)]
        section, told = waiting.pop(0) if waiting else (None, None)
        if section is None and told is not None and _text(part) == _text(told) and not is_first:
            continue
        if section is None:
            section = DocumentSection(kind=part.kind, level=part.level)
            sheet.add(section, part.line)
        if section._state.adding or told is None or _text(part) != _text(told):
            _fill(section, part, sheet, places, types)
        if section._state.adding or section.position <= position:
            after = position + (STEP if is_first else 1)
            sheet.put(section, "position", after, part.line, silent=True)
        position = section.position


def _fill(section: DocumentSection, part: Part, sheet: Sheet, places: Mapping[str, Environment], types: Types) -> None:
    for name in ("level", "heading", "body", "is_tight"):
        sheet.put(section, name, getattr(part, name), part.line)
    if part.kind == Kind.INVENTORY and part.environment in places:
        sheet.put(section, "environment", places[part.environment], part.line)
    if part.kind == Kind.TYPE and section.secret_type is None:
        kind = next((types.kind_of(row) for row in part.rows if isinstance(row, TypeRow)), None)
        if kind is not None:
            sheet.put(section, "secret_type", kind, part.line)


def _without_second_tables(parts: Sequence[Part], told: Sequence[object]) -> list[Part]:
    """Return the parts with the second table of an environment as an empty stretch: its rows stand in the first."""
    seen: set[tuple[Kind, str]] = set()
    kept = []
    for part in parts:
        is_table = part.kind in (Kind.INVENTORY, Kind.UPCOMING, Kind.HISTORY)
        if is_table and (part.kind, part.environment) in seen and _text(part) not in told:
            if part.level:
                kept.append(replace(part, kind=Kind.PROSE, rows=(), environment="", body=""))
            continue
        seen.add((part.kind, part.environment))
        kept.append(part)
    return kept


def _by_key(
    baseline: Document, written: Sequence[Written]
) -> defaultdict[_Key, list[tuple[DocumentSection | None, Part]]]:
    """Return the sections of the register by key, each with the part as it reads."""
    free: defaultdict[_Key, list[tuple[DocumentSection | None, Part]]] = defaultdict(list)
    starts = manuscript([one.part for one in written]).starts
    taken: set[int] = set()
    for part in baseline.parts:
        number = bisect_right(starts, part.line) - 1
        section = written[number].section if number >= 0 and number not in taken else None
        taken.add(number)
        free[_key(part)].append((section if section is not None and section.pk else None, part))
    return free


def _key(part: Part) -> _Key:
    return tuple(map(plain_words, part.under)), part.kind, part.environment


def _text(part: Part) -> tuple[object, ...]:
    return part.kind, part.level, part.heading, part.body, part.is_tight, part.environment


def _texts(parts: Sequence[Part]) -> list[tuple[object, ...]]:
    return [_text(part) for part in parts]
