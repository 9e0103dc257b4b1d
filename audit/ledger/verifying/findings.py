"""What verifying finds: where, and what is wrong there. Never what the row says: that may be the value of a secret."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is wrong, in one word that stays the same."""

    GAP = "gap"  # entries are missing
    SEAL = "seal"  # an entry was not made, or not left, as it is
    KEY = "key"  # the settings hold no key of this id
    LAYOUT = "layout"  # what the entry says of its columns cannot be
    CHANGED = "changed"  # a sealed row says something else than when it was sealed
    MISSING = "missing"  # a sealed row is gone
    UNSEALED = "unsealed"  # a row was never sealed
    LIVE = "live"  # a row is not what its history says
    WAITING = "waiting"  # something was left over that no commit leaves
    TRIGGER = "trigger"  # a trigger is missing or another one
    HEAD = "head"  # the chain is not the one whose head was kept
    CLOCK = "clock"  # the clock stepped back; a notice, no finding


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `seq` is the number of the entry, `row_key` the key of the row, where there is one."""

    kind: Kind
    words: str
    table: str = ""
    row_key: int | None = None
    columns: tuple[str, ...] = ()
    seq: int | None = None

    @property
    def is_notice(self) -> bool:
        """Whether it is worth knowing, but proves nothing wrong."""
        return self.kind is Kind.CLOCK
