"""Knows the keys of the ledger: one seals, former ones still open what they sealed. An entry names its key by an id."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings


@dataclass(frozen=True)
class Key:
    """A key by its id, which tells nothing of it; digests of columns and seals are made under parts of it."""

    id: str
    cells: bytes
    seals: bytes


def current_key() -> Key:
    """Return the key that seals: the setting AUDIT_KEY."""
    return _key(settings.AUDIT_KEY)


def key_named(key_id: str) -> Key | None:
    """Return the key with this id, current or former; None where the settings hold none."""
    known = (_key(text) for text in (settings.AUDIT_KEY, *settings.AUDIT_KEY_FALLBACKS))
    return next((key for key in known if key.id == key_id), None)


@lru_cache(maxsize=32)
def _key(text: str) -> Key:
    secret = text.encode()
    return Key(_part(secret, b"id").hex()[:8], _part(secret, b"cells"), _part(secret, b"seals"))


def _part(secret: bytes, purpose: bytes) -> bytes:
    return hmac.digest(secret, b"ledger " + purpose, hashlib.sha256)
