"""Knows how the rows of a page of the list are drawn, so that the next reader of the same page needs no rows."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from inventory.listing import Page


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page of the list with its rows drawn."""

    rows: SafeString
    has_ticks: bool
    shown: int
    total: int
    previous: str
    next: str


def drawn(page: Page, *, changeable: AbstractSet[int], today: date, as_of: str = "") -> Drawn:
    """Return `page` drawn as on `today`; rows of `changeable` may be ticked, links keep the day `as_of`."""
    shown = {"groups": page.groups, "changeable": changeable, "today": today, "as_of": as_of}
    rows = render_to_string("inventory/rows.html", shown)
    return Drawn(rows, bool(changeable), page.shown, page.total, page.previous, page.next)
