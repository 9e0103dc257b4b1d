"""Reads a table of comma-separated values: what it holds by line, or why it cannot be read."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from django.core.exceptions import ValidationError
from tablib import Dataset

from audit.guard import Refusal, check_text
from inventory.csv_out import COLUMNS, as_written

NEEDED = "name"


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below the columns that are known; `lines` says where each stands in the file."""

    rows: Dataset
    lines: Sequence[int]
    unknown: Sequence[str]


def read(text: str) -> Table:
    """Return the table in `text`; raises ValidationError where it is none.

    Commas or semicolons part the cells, the first line names the columns; empty lines and those that begin with a
    number sign are left out, and so are columns that nothing is known of.
    """
    lines = _cells(text)
    if not lines:
        raise ValidationError("There is nothing to read: the first line must name the columns.", code="empty")
    columns = [column.strip().lower() for column in lines[0][1]]
    if NEEDED not in columns or len(set(columns)) < len(columns):
        raise ValidationError("The first line must name each column once, the column name among them.", code="columns")
    known = [number for number, column in enumerate(columns) if column in COLUMNS]
    rows = Dataset(headers=[columns[number] for number in known])
    for line, cells in lines[1:]:
        if len(cells) != len(columns):
            raise ValidationError(
                f"Line {line} has {len(cells)} cells, but there are {len(columns)} columns.", code="width"
            )
        rows.append([as_written(cells[number]).strip() for number in known])
    return Table(rows, [line for line, _ in lines[1:]], [column for column in columns if column not in COLUMNS])


def values(text: str) -> Iterator[tuple[int, str, Refusal]]:
    """Return line, column and refusal of every cell that looks like the value of a secret, known column or not."""
    try:
        lines = _lines(text)
    except ValidationError:
        lines = [(number, [line]) for number, line in enumerate(text.splitlines(), 1)]
    columns = [column.strip().lower() for column in lines[0][1]] if lines else []
    for line, cells in lines:
        for number, cell in enumerate(cells):
            refusal = check_text(cell)
            if refusal is not None:
                known = number < len(columns) and columns[number] in COLUMNS
                yield line, columns[number] if known else f"number {number + 1}", refusal


def _cells(text: str) -> list[tuple[int, list[str]]]:
    """Return the lines that are meant, with their numbers."""
    return [
        (line, cells) for line, cells in _lines(text) if any(map(str.strip, cells)) and not cells[0].startswith("#")
    ]


def _lines(text: str) -> list[tuple[int, list[str]]]:
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        return [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise ValidationError(f"Line {reader.line_num} cannot be read.", code="unreadable") from error
