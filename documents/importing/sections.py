"""Takes from a document its own text: sections are known by their headings; what only the register has stays."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
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
_Kept = tuple[DocumentSection | None, Part]
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
    matches = [_taken(part, free) for part in parts]
    used = {id(section) for section, _ in matches}
    left = (one.section for one in written if one.section is not None and one.section.pk)
    stored = {_stored_of(section) for section in left if id(section) not in used}
    position = 0
    for part, (section, told) in zip(parts, matches, strict=True):
        if section is None and told is not None and _text(part) == _text(told) and not is_first:
            continue
        if section is None and (_stands_already(part, baseline) or _stored(part) in stored):
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
    """Return the parts with a second table or list of one kind as an empty stretch: its rows stand in the first."""
    seen: set[tuple[Kind, str]] = set()
    own = Counter(told)
    kept: list[Part] = []
    for part in parts:
        is_live = part.kind not in (Kind.PROSE, Kind.TYPE)
        if is_live and (part.kind, part.environment) in seen and not own[_text(part)]:
            if part.level:
                kept.append(replace(part, kind=Kind.PROSE, rows=(), environment="", body=""))
            continue
        own[_text(part)] -= 1
        seen.add((part.kind, part.environment))
        _append(kept, part)
    return kept


def _append(kept: list[Part], part: Part) -> None:
    """Add a part, or join it to the text before it, as it will be read when nothing stands between."""
    before = kept[-1] if kept else None
    if before is None or part.level or part.kind != Kind.PROSE or before.kind != Kind.PROSE:
        kept.append(part)
    else:
        kept[-1] = replace(before, body=f"{before.body}\n\n{part.body}" if before.body else part.body)


def _by_key(baseline: Document, written: Sequence[Written]) -> defaultdict[_Key, list[_Kept]]:
    """Return the sections of the register by key, each with the part as it reads."""
    free: defaultdict[_Key, list[_Kept]] = defaultdict(list)
    starts = manuscript([one.part for one in written]).starts
    taken: set[int] = set()
    for part in baseline.parts:
        number = bisect_right(starts, part.line) - 1
        section = written[number].section if number >= 0 and number not in taken else None
        taken.add(number)
        free[_key(part)].append((section if section is not None and section.pk else None, part))
    return free


def _taken(part: Part, free: Mapping[_Key, list[_Kept]]) -> tuple[DocumentSection | None, Part | None]:
    """Take the waiting section of a part, with that part as the register writes it; None where there is none."""
    waiting = free.get(_key(part)) or _of_the_same_place(part, free)
    return waiting.pop(0) if waiting else (None, None)


def _of_the_same_place(part: Part, free: Mapping[_Key, list[_Kept]]) -> list[_Kept]:
    """Return the waiting sections that list an environment whose table reads as nobody's, since it is empty."""
    if part.kind != Kind.INVENTORY or not part.environment:
        return []
    found = (waiting for (_, kind, _), waiting in free.items() if kind == part.kind and waiting)
    return next((kept for kept in found if kept[0][0] and kept[0][0].environment_id == part.environment), [])


def _stored(part: Part) -> tuple[object, ...]:
    """Return what a section keeps of a part: a section that is not seen when it is empty is known by that."""
    return part.kind, part.level, part.heading, part.body, part.environment


def _stored_of(section: DocumentSection) -> tuple[object, ...]:
    return section.kind, section.level, section.heading, section.body, section.environment_id or ""


def _stands_already(part: Part, baseline: Document) -> bool:
    """Return whether text without a heading of its own is part of what the register has under the same headings."""
    if part.level or part.kind != Kind.PROSE:
        return False
    return any(part.body in told.body for told in baseline.parts if told.kind == part.kind and told.under == part.under)


def _key(part: Part) -> _Key:
    """Return what a part is known by: text and types by their headings, a table or list wherever it stands."""
    if part.kind in (Kind.PROSE, Kind.TYPE):
        return tuple(map(plain_words, part.under)), part.kind, ""
    return (), part.kind, part.environment


def _text(part: Part) -> tuple[object, ...]:
    return part.kind, part.level, part.heading, part.body, part.is_tight, part.environment


def _texts(parts: Sequence[Part]) -> list[tuple[object, ...]]:
    return [_text(part) for part in parts]
