"""Makes the seal of an entry: a keyed hash over what it says and the seal of the one before."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from audit.ledger.keys import Key

# What the first entry follows.
BEGIN = b"\0" * 32


@dataclass(frozen=True, slots=True)
class EntryWords:
    """What an entry says besides its digests."""

    seq: int
    table: str
    row_key: int
    layout: str
    at: datetime

    def __str__(self) -> str:
        instant = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return f"{self.seq} {self.table} {self.row_key} {self.layout} {instant}"


def seal_of(key: Key, before: bytes, *, said: EntryWords, digests: bytes) -> bytes:
    """Return the seal, 32 bytes: HMAC-SHA256 (RFC 2104) over all parts, each with its length before it."""
    parts = (before, str(said).encode(errors="surrogatepass"), key.id.encode(), digests)
    return hmac.digest(key.seals, b"".join(len(part).to_bytes(4, "big") + part for part in parts), hashlib.sha256)
