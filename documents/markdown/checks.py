"""Knows what contradicts itself in a document: environments, and secrets that stand in it twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from documents.markdown.facts import CodeRow, Kind, Part, SecretRow, TypeRow
from documents.markdown.findings import Findings
from documents.markdown.words import common_name, environments_in, plain_words


def checked(parts: Sequence[Part], *, environments: Mapping[str, str], findings: Findings) -> list[Part]:
    """Return the parts without the rows that contradict others, each inventory with its environment.

    `environments` are names by code that are known beside those of the document.
    """
    names = _names_by_code(parts, environments)
    placed = [_placed(part, names, findings) if part.kind == Kind.INVENTORY else part for part in parts]
    _tell_second_tables(placed, findings)
    return _without_doubles(_without_double_types(placed, findings), findings)


def environment_code(row: SecretRow) -> str:
    """Return the first part of a secret's name."""
    return row.name.partition("/")[0]


def _names_by_code(parts: Iterable[Part], known: Mapping[str, str]) -> dict[str, str]:
    names = dict(known)
    for part in parts:
        for row in part.rows:
            if isinstance(row, SecretRow):
                names.setdefault(environment_code(row), common_name(environment_code(row)))
    for part in parts:
        if part.kind == Kind.ENVIRONMENTS:
            names |= {row.label: row.name for row in part.rows if isinstance(row, CodeRow) and row.name}
    return names


def _placed(part: Part, names: Mapping[str, str], findings: Findings) -> Part:
    rows = [row for row in part.rows if isinstance(row, SecretRow)]
    spoken = _spoken_in(part.under, names)
    if not spoken:
        codes = {environment_code(row) for row in rows}
        return replace(part, environment=codes.pop() if len(codes) == 1 else "")
    kept = []
    for row in rows:
        if environment_code(row) == spoken:
            kept.append(row)
        else:
            text = f"{row.name} stands under “{part.under[-1]}”, which is for {spoken}."
            findings.problem(row.line, text)
    return replace(part, environment=spoken, rows=tuple(kept))


def _spoken_in(headings: Sequence[str], names: Mapping[str, str]) -> str:
    """Return the environment of the innermost heading that speaks of just one; the title is not asked."""
    for heading in reversed(headings[1:] if len(headings) > 1 else headings):
        found = environments_in(heading, names)
        if found:
            return found[0] if len(found) == 1 else ""
    return ""


def _tell_second_tables(parts: Iterable[Part], findings: Findings) -> None:
    seen: set[str] = set()
    for part in parts:
        if part.kind == Kind.INVENTORY:
            if part.environment in seen:
                findings.note(part.line, "A second table of this environment; its rows will stand in the first one.")
            seen.add(part.environment)


def _without_double_types(parts: Iterable[Part], findings: Findings) -> list[Part]:
    seen: dict[str, int] = {}
    kept = []
    for part in parts:
        row = part.rows[0] if part.kind == Kind.TYPE and part.rows else None
        if isinstance(row, TypeRow):
            first = seen.setdefault(plain_words(row.label) or row.label, part.line)
            if first != part.line:
                findings.problem(part.line, f"The type “{row.label}” is described in line {first} already.")
                continue
        kept.append(part)
    return kept


def _without_doubles(parts: Iterable[Part], findings: Findings) -> list[Part]:
    parts = list(parts)
    by_name: dict[str, list[SecretRow]] = {}
    for part in parts:
        for row in part.rows:
            if isinstance(row, SecretRow):
                by_name.setdefault(row.name, []).append(row)
    dropped = {row.line for rows in by_name.values() if len(rows) > 1 for row in _doubles(rows, findings)}
    if not dropped:
        return parts
    return [_without_lines(part, dropped) if part.kind == Kind.INVENTORY else part for part in parts]


def _doubles(rows: Sequence[SecretRow], findings: Findings) -> Sequence[SecretRow]:
    """Return the rows of one secret that are not taken: all but the first, or all where they differ."""
    first = rows[0]
    if all(row == first for row in rows):
        for row in rows[1:]:
            findings.note(row.line, f"{row.name} stands in line {first.line} already, with the same facts.")
        return rows[1:]
    for row in rows[1:]:
        findings.problem(row.line, f"{row.name} stands in line {first.line} already, with other facts.")
    return rows


def _without_lines(part: Part, lines: set[int]) -> Part:
    return replace(part, rows=tuple(row for row in part.rows if row.line not in lines))
