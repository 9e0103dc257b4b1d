"""Writes the sheets of a pack: as comma-separated values, and as pages that print well and open without a network."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from documents.evidence.sheet import Sheet
from inventory.csv_out import harmless

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
LONG = 32
# Nothing is fetched but the style beside the page, whatever words stand in the register.
_POLICY = "default-src 'none'; style-src 'self' file:"


def as_csv(sheet: Sheet) -> str:
    """Return the table with its columns in the first line, and nothing that a spreadsheet would run."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(sheet.columns)
    writer.writerows([harmless(cell) for cell in row] for row in sheet.rows)
    return text.getvalue()


def as_page(sheet: Sheet, *, head: str) -> str:
    """Return the table as a page of its own; `head` says what pack it is of."""
    columns = list(sheet.printed or sheet.columns)
    places = [list(sheet.columns).index(column) for column in columns]
    body = [
        '<p class="back"><a href="index.html">All parts</a></p>',
        f"<h1>{escape(sheet.title)}</h1>",
        f'<p class="head">{head} {escape(sheet.covers)}.</p>',
        f"<p>{escape(sheet.note)}{_also(sheet, columns)}</p>",
        *_table(columns, ([row[place] for place in places] for row in sheet.rows)),
    ]
    return _page(sheet.title, body)


def as_cover(sheets: Sequence[Sheet], *, head: str) -> str:
    """Return the first page: what the pack is, and its parts."""
    parts = [
        f'<tr><th scope="row"><a href="{sheet.name}.html">{escape(sheet.title)}</a></th><td>{escape(sheet.covers)}</td>'
        f'<td class="n">{len(sheet.rows)}</td><td><a href="{sheet.name}.csv">{sheet.name}.csv</a></td></tr>'
        for sheet in sheets
    ]
    body = [
        "<h1>Evidence pack</h1>",
        f'<p class="head">{head}</p>',
        "<p>Names are those of the day of the register. <code>manifest.json</code> holds the SHA-256 of every part;"
        " <code>sha256sum --check SHA256SUMS</code> compares them all.</p>",
        '<table><thead><tr><th scope="col">Part</th><th scope="col">Covers</th><th scope="col">Lines</th>'
        '<th scope="col">As a table</th></tr></thead><tbody>',
        *parts,
        "</tbody></table>",
    ]
    return _page("Evidence pack", body)


def _also(sheet: Sheet, columns: Sequence[str]) -> str:
    left = [column for column in sheet.columns if column not in columns]
    words = ", ".join(_heading(column).lower() for column in left)
    return f" The table <code>{sheet.name}.csv</code> holds also: {escape(words)}." if left else ""


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{escape(_heading(column))}</th>' for column in columns)
    yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
    for row in rows:
        yield f"<tr>{''.join(map(_cell, row))}</tr>"
    yield "</tbody></table>"


def _cell(text: str) -> str:
    """Return a cell; only words that are too long for their column may be broken anywhere."""
    if not text:
        return "<td></td>"
    is_long = len(text) > LONG and any(len(word) > LONG for word in text.split())
    return f'<td class="w">{escape(text)}</td>' if is_long else f"<td>{escape(text)}</td>"


def _heading(column: str) -> str:
    words = column.replace("_", " ")
    return words[:1].upper() + words[1:]


def _page(title: str, body: Sequence[str]) -> str:
    start = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)} · Secrets Index</title>\n<link rel="stylesheet" href="style.css">\n</head>\n<body>\n'
    )
    return start + "\n".join(body) + "\n</body>\n</html>\n"
