"""Knows the end of the chain: whoever keeps it elsewhere can prove later that nothing before it was changed or cut."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from audit.ledger.entries import LedgerEntry


@dataclass(frozen=True, slots=True)
class Head:
    """The number of an entry and its seal in hexadecimal; written `1042:9f3c…`."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def head() -> Head | None:
    """Return the last entry; None in a register where nothing was ever sealed. One query."""
    return _last()


def head_at(moment: datetime, *, without: Collection[str] = ()) -> Head | None:
    """Return the last entry that was sealed before `moment`, entries of the tables `without` left out; one query."""
    return _last(at__lt=moment, without=without)


def _last(*, without: Collection[str] = (), **restrictions: object) -> Head | None:
    entries = LedgerEntry.objects.filter(**restrictions)
    if without:
        entries = entries.exclude(table_name__in=without)
    found = entries.order_by("-seq").values_list("seq", "seal").first()
    return Head(found[0], bytes(found[1]).hex()) if found is not None else None
