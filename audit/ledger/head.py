"""Knows the head of the chain, now and at a moment; until the chain is sealed there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of the chain: its number and its hash, written "seq:hash"."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def head() -> Head | None:
    """Return the head as it is now, None where nothing is sealed."""
    return None


def head_at(moment: datetime) -> Head | None:
    """Return the head as it was before `moment`, None where nothing was sealed by then."""
    return None
