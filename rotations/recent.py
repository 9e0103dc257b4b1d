"""Says in few words what changed lately: one line for each act, with the secret it was about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from audit import changes
from audit.changes import Entry, Wanted
from audit.context import address
from audit.models import ChangeRow, ChangeSet

DAYS, MOST = 7, 5
_ITEM = "rotations.rotationitem"
_DONE = {"Rotated": "rotated", "Undone": "took back the rotation of"}


@dataclass(frozen=True, slots=True)
class Happening:
    """One act: who did what, when. `secret` is the name of the one it was about, "" where there are several."""

    change_set: ChangeSet
    did: str
    row: ChangeRow | None
    secret: str
    words: str
    tone: str = ""

    @property
    def href(self) -> str:
        """The address of the secret."""
        return address("inventory:secret", *self.secret.split("/"))


@dataclass(frozen=True, slots=True)
class Recent:
    """The latest acts, the number of all since `since`."""

    happenings: Sequence[Happening]
    count: int
    since: date


def recent(*, today: date) -> Recent:
    """Return what changed in the last seven days, today included; four queries, however much it was."""
    since = today - timedelta(days=DAYS - 1)
    found = changes.change_sets(Wanted(first_on=since))
    sets = list(found[:MOST])
    entries = changes.entries(sets, wanted=Wanted(model=_ITEM))
    items = ChangeRow.objects.filter(change_set__in=sets, model=_ITEM).order_by().values_list("change_set")
    counts = dict(items.annotate(Count("pk")))
    return Recent([_happening(entry, counts) for entry in entries], found.count(), since)


def _happening(entry: Entry, items: Mapping[int, int]) -> Happening:
    first = entry.rows[0] if entry.rows else None
    if first is None:
        return Happening(entry.change_set, "changed", None, "", "nothing that is kept here")
    outcome = _outcome(first)
    if outcome in _DONE:
        several = items[entry.change_set.pk]
        secret = first.object_text.rpartition(": ")[0] if several == 1 else ""
        tone = "is-now" if outcome == "Rotated" else ""
        return Happening(entry.change_set, _DONE[outcome], None, secret, f"{several} secrets", tone)
    if entry.count == 1:
        return Happening(entry.change_set, entry.verb, first, "", "")
    return Happening(entry.change_set, entry.verb, None, "", entry.several)


def _outcome(row: ChangeRow) -> str:
    """Return the outcome that an item of a rotation came to, "" for any other row."""
    if row.model != _ITEM:
        return ""
    return next((field["after"] for field in row.fields if field["field"] == "outcome"), "")
