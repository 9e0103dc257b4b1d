"""Knows what changed lately, whoever changed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from audit import changes
from audit.changes import Entry, Wanted

DAYS, MOST = 7, 5


@dataclass(frozen=True, slots=True)
class Recent:
    """The latest entries of the change log, and the number of all since `since`."""

    entries: Sequence[Entry]
    count: int
    since: date


def recent(*, today: date) -> Recent:
    """Return what changed in the last seven days, today included; four queries, five where an entry is very large."""
    since = today - timedelta(days=DAYS - 1)
    found = changes.change_sets(Wanted(first_on=since))
    return Recent(changes.entries(found[:MOST]), found.count(), since)
