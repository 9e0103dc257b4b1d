"""Knows where a document's headings, tables and lists begin and end; the words in them are left as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:.*\n)*?---[ \t]*(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a row; `written` is how many the line holds, which may be more than the heading has."""

    line: int
    cells: tuple[str, ...]
    written: int


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of a list: the Markdown of its first paragraph, and the lines after that paragraph."""

    line: int
    text: str
    rest: str


@dataclass(slots=True)
class Block:
    """What stands between two headings at the outermost level; lines count from 1, `end` is not included."""

    type: str
    line: int
    end: int
    text: str = ""
    rows: list[TableRow] = field(default_factory=list)
    items: list[ListItem] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """A heading as it is written, and everything up to the next one; level 0 is what stands before the first."""

    level: int
    heading: str
    line: int
    start: int
    end: int
    blocks: list[Block] = field(default_factory=list)


def lines_of(text: str) -> list[str]:
    """Return the lines of a document without a byte order mark, whatever its line ends are."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").split("\n")


def sections_of(lines: Sequence[str]) -> list[Section]:
    """Return the sections of a document in order; the first has level 0 and may be empty."""
    tokens = _PARSER.parse(_without_front_matter("\n".join(lines)))
    sections = [Section(0, "", 1, 1, len(lines) + 1)]
    for group in _outermost(tokens):
        first = group[0]
        start, end = first.map or [0, 0]
        if first.type == "heading_open":
            sections[-1].end = start + 1
            heading = " ".join(group[1].content.split("\n"))
            sections.append(Section(int(first.tag[1:]), heading, start + 1, end + 1, len(lines) + 1))
        else:
            sections[-1].blocks.append(_block(group, start, end, lines))
    return sections


def prose_between(lines: Sequence[str], start: int, end: int) -> str:
    """Return the lines from `start` up to `end` without the empty ones around them."""
    chosen = list(lines[start - 1 : end - 1])
    while chosen and not chosen[0].strip():
        chosen.pop(0)
    while chosen and not chosen[-1].strip():
        chosen.pop()
    return "\n".join(chosen)


def cells_of(line: str) -> list[str]:
    """Return the cells a line of a table is written with."""
    cells = escapedSplit(line.strip())
    if cells and not cells[0].strip():
        cells.pop(0)
    if cells and not cells[-1].strip():
        cells.pop()
    return cells


def _without_front_matter(text: str) -> str:
    found = _FRONT_MATTER.match(text)
    return "\n" * found[0].count("\n") + text[found.end() :] if found else text


def _outermost(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    start = 0
    for number, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            yield tokens[start : number + 1]
            start = number + 1


def _block(tokens: Sequence[Token], start: int, end: int, lines: Sequence[str]) -> Block:
    block = Block(tokens[0].type.removesuffix("_open"), start + 1, end + 1)
    if block.type == "paragraph":
        block.text = tokens[1].content
    elif block.type == "table":
        block.rows = _rows(tokens, lines)
    elif block.type in ("bullet_list", "ordered_list"):
        block.items = list(_items(tokens, lines))
    return block


def _rows(tokens: Sequence[Token], lines: Sequence[str]) -> list[TableRow]:
    found: dict[int, list[str]] = {}
    for token in tokens:
        if token.type == "inline" and token.map:
            found.setdefault(token.map[0], []).append(token.content)
    return [TableRow(at + 1, tuple(cells), len(cells_of(lines[at]))) for at, cells in found.items()]


def _items(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[ListItem]:
    for number, token in enumerate(tokens):
        if token.type != "list_item_open" or token.level != 1 or token.map is None:
            continue
        start, end = token.map
        inside = tokens[number + 1]
        if inside.type == "paragraph_open" and inside.map:
            text, text_end = tokens[number + 2].content, inside.map[1]
        else:
            text, text_end = "", start + 1 if inside.type == "list_item_close" else start
        yield ListItem(start + 1, text, prose_between(lines, text_end + 1, end + 1))
