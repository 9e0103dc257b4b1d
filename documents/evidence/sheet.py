"""Knows what one part of a pack is: a table with a name, and how much of the whole it covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import lru_cache

from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of texts. `covered` of `of` things of the register are in it, called `noun` in the plural.

    `printed` names the columns that the page to print shows; without it all of them.
    """

    name: str
    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    covered: int
    of: int
    noun: str
    printed: Sequence[str] = field(default=())

    @property
    def covers(self) -> str:
        """How much of the whole it covers, such as "16 of 16 secrets"."""
        return f"{self.covered} of {self.of} {self.noun}"


def day(value: date | None) -> str:
    """Return a day as it stands in a table, "" for none."""
    return value.isoformat() if value is not None else ""


def instant(value: datetime | None) -> str:
    """Return an instant in the register's time zone with its offset, to the second; "" for none."""
    return _instant(value, timezone.get_default_timezone()) if value is not None else ""


@lru_cache(maxsize=1000)
def _instant(value: datetime, zone: tzinfo) -> str:
    """Return an instant in words: all rows of a change set share one."""
    return value.astimezone(zone).isoformat(" ", "seconds")


def yes(value: object) -> str:
    """Return "yes" or "no"."""
    return "yes" if value else "no"
