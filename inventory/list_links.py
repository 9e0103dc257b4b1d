"""Knows the links around the list of secrets: the saved views with their counts, and the columns to order by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contacts.models import Person
from inventory.counts import Numbers
from inventory.policy import Standing
from inventory.wanted import NOBODY, Wanted

DEFAULT_SORT = "next"
COLUMNS = (
    ("Secret", "name"),
    ("Owner", "owner"),
    ("Backup", ""),
    ("Type", "type"),
    ("Last rotated", "last"),
    ("Next rotation", "next"),
    ("Status", ""),
)


@dataclass(frozen=True, slots=True)
class View:
    """A part of the register that is asked for often, and how many secrets it holds."""

    label: str
    count: int
    query: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column; `query` is the link that orders by it, "" where it cannot be ordered by."""

    label: str
    query: str
    direction: str


def views(wanted: Wanted, *, person: Person | None, counts: Numbers) -> list[View]:
    """Return the saved views; those of `person` only where the account is somebody's."""
    numbers, everything = counts.overview(), Wanted(as_of=wanted.as_of)
    known = [
        ("All", numbers.in_use, everything),
        ("Compromised", numbers.rotate_now, everything.but(standing=Standing.ROTATE_NOW.value)),
        ("Overdue", numbers.overdue, everything.but(standing=Standing.OVERDUE.value)),
        ("Due in 30 days", numbers.due_soon, everything.but(standing=Standing.DUE_SOON.value)),
        ("No date", numbers.no_date, everything.but(standing=Standing.NO_DATE.value)),
        ("No owner", numbers.no_owner, everything.but(owner=NOBODY)),
        ("No backup", numbers.no_backup, everything.but(backup_owner=NOBODY)),
    ]
    if person is not None:
        mine = everything.but(owner=str(person.pk))
        known.insert(1, ("Mine", sum(counts.by_environment(mine).values()), mine))
    return [View(label, count, view.query or "?", wanted.but(sort="") == view) for label, count, view in known]


def columns(wanted: Wanted) -> Sequence[Column]:
    """Return the heads of the columns; the one that orders the rows leads to its other direction."""
    return [_column(label, key, wanted) for label, key in COLUMNS]


def _column(label: str, key: str, wanted: Wanted) -> Column:
    if not key:
        return Column(label, "", "")
    current = wanted.sort or DEFAULT_SORT
    if current.removeprefix("-") != key:
        return Column(label, wanted.but(sort=key).query, "none")
    if current.startswith("-"):
        return Column(label, wanted.but(sort=key).query, "descending")
    return Column(label, wanted.but(sort=f"-{key}").query, "ascending")
