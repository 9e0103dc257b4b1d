"""Reads a document into its parts; says by line what cannot be taken, what is missing and what is only noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from audit.guard import Refusal, check_text
from documents.markdown import inline, lists, tables
from documents.markdown.blocks import Block, Section, lines_of, prose_between, sections_of
from documents.markdown.checks import checked
from documents.markdown.facts import Document, Kind, Part, Row
from documents.markdown.findings import REFUSED, Findings
from documents.markdown.slots import slot
from documents.markdown.words import plain_words

_SAID_BY_THE_FORM = """
    overview|secrets index and ownership|secret inventory|rotation schedule|secret types and requirements
    ownership guidelines|primary owner responsibilities|backup owner|calendar integration|calendar event template
    emergency contacts|secret naming convention|format|examples|maintenance|monthly review|quarterly review
    annual review|notes
"""
_EXPECTED = frozenset(words.strip() for line in _SAID_BY_THE_FORM.splitlines() for words in line.split("|"))


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, and its text without what looked like a value, fit to be shown again."""

    document: Document
    text: str


def read(
    text: str,
    *,
    environments: Mapping[str, str] | None = None,
    known_lines: frozenset[str] = frozenset(),
    judge: Callable[[str], Refusal | None] = check_text,
) -> Reading:
    """Return what `text` holds; whatever is a problem is not among the rows, so they may be left out.

    `environments` are names by code that are known already, `known_lines` what the register itself would
    write: these are not judged again by `judge`. Line numbers count from 1.
    """
    lines = lines_of(text)
    findings = Findings(lines, known_lines, judge)
    parts = _Reader(lines, findings).parts()
    kept = checked(parts, environments=environments or {}, findings=findings)
    document = Document(
        parts=tuple(kept),
        problems=tuple(sorted(findings.problems)),
        notes=tuple(sorted(findings.notes)),
        gaps=tuple(sorted(findings.gaps)),
        named=frozenset(findings.named),
        guesses=findings.guesses,
        line_count=len(lines) - (lines[-1] == ""),
    )
    return Reading(document, _masked(lines, findings))


class _Reader:
    """Goes through the sections, remembering the headings above."""

    def __init__(self, lines: Sequence[str], findings: Findings) -> None:
        self.lines = lines
        self.findings = findings
        self.path: list[tuple[int, str]] = []

    def parts(self) -> list[Part]:
        return [part for section in sections_of(self.lines) for part in self._of_section(section)]

    def _of_section(self, section: Section) -> list[Part]:
        if section.level:
            self.path = [(level, words) for level, words in self.path if level < section.level]
            self.path.append((section.level, inline.read(section.heading).plain))
            self._note_unknown(section)
        found = list(self._stretches(section))
        if section.level == 0:
            return found
        if not found:
            found = [Part(under=self._under(), line=section.line)]
        heading = section.heading
        if not self.findings.accepts(section.line, "Heading", heading, self._under()[-1]):
            heading = REFUSED
        first_line = self.lines[section.start - 1] if section.start <= len(self.lines) else ""
        is_tight = bool(first_line.strip()) and section.start < section.end
        found[0] = replace(found[0], level=section.level, heading=heading, is_tight=is_tight, line=section.line)
        return found

    def _stretches(self, section: Section) -> Iterator[Part]:
        """Yield the live parts of a section and the prose between them."""
        start = section.start
        for block in section.blocks:
            part = self._live(block)
            if part is None:
                continue
            yield from self._prose(start, block.line)
            yield part
            start = block.end
        yield from self._prose(start, section.end)

    def _live(self, block: Block) -> Part | None:
        if block.type == "table":
            return self._table(block)
        if tables.looks_like_a_table(block):
            text = "This table cannot be read: the line under its heading must be | --- | with as many cells."
            self.findings.problem(block.line, text)
        kind = lists.kind_of(block, headings=self._under())
        return self._list(block, kind) if kind else None

    def _table(self, block: Block) -> Part | None:
        heading = tables.heading_of(block.rows[0].cells, section=" ".join(self._under()[-1:]))
        if heading is None:
            self.findings.note(block.line, "This table holds nothing the register knows; it is kept as text.")
            return None
        rows = tables.rows_of(block, heading, self.findings)
        return Part(heading.kind, rows=tuple(rows), under=self._under(), line=block.line)

    def _list(self, block: Block, kind: Kind) -> Part:
        name = self._under()[-1]
        found = lists.rows_of(block, kind, heading=name, findings=self.findings)
        rows: list[Row] = [row for _, row in found if row is not None]
        if kind == Kind.TYPE:
            said = lists.type_row(name, block.line, found, self.findings)
            rows = [said] if said else []
        body = "" if kind == Kind.ESCALATION else "\n".join(slot(kind, line, row) for line, row in found)
        return Part(kind, body=body, rows=tuple(rows), under=self._under(), line=block.line)

    def _prose(self, start: int, end: int) -> Iterator[Part]:
        body = prose_between(self.lines, start, end)
        if body:
            yield Part(body=self._accepted(body, start, end), under=self._under(), line=start)

    def _accepted(self, body: str, start: int, end: int) -> str:
        """Return prose without the paragraphs that look like values; without all of it if it is not clear which."""
        if all(self.findings.is_known(line) for line in range(start, end)):
            return body
        kept = "\n\n".join(text for text in self._paragraphs(start, end) if text)
        if kept.split() == body.split():
            kept = body
        if self.findings.accepts(start, "Text", kept, kept):
            return kept
        self.findings.refused += [(line, self.lines[line - 1]) for line in range(start, end)]
        return ""

    def _paragraphs(self, start: int, end: int) -> Iterator[str]:
        """Yield the runs of lines between empty ones; one is left out whole, for a key goes on in the next line."""
        lines = [line for line in range(start, end) if self.lines[line - 1].strip()]
        for _, run in groupby(enumerate(lines), key=lambda pair: pair[1] - pair[0]):
            numbers = [line for _, line in run]
            text = "\n".join(self.lines[line - 1] for line in numbers)
            bad = next((line for line in numbers if not self._accepts_line(line)), None)
            if bad is None and self.findings.accepts(numbers[0], "Text", text, text):
                yield text
            else:
                self.findings.refused += [(line, self.lines[line - 1]) for line in numbers]

    def _accepts_line(self, line: int) -> bool:
        text = self.lines[line - 1]
        return self.findings.accepts(line, "Text", text, text)

    def _note_unknown(self, section: Section) -> None:
        words = plain_words(self._under()[-1])
        has_live = any(block.type == "table" for block in section.blocks)
        known = any(lists.kind_of(block, headings=self._under()) for block in section.blocks)
        if section.level > 1 and words not in _EXPECTED and not has_live and not known and section.blocks:
            self.findings.note(section.line, f"The section “{self._under()[-1]}” is kept as text.")

    def _under(self) -> tuple[str, ...]:
        return tuple(words for _, words in self.path)


def _masked(lines: Sequence[str], findings: Findings) -> str:
    shown = list(lines)
    for line, source in findings.refused:
        text = shown[line - 1]
        shown[line - 1] = text.replace(source, REFUSED) if source and source in text else REFUSED
    return "\n".join(shown)
