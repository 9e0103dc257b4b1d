"""Knows what the key in a feed's address is made of; keeps none, only what tells whether one is right."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

from django.conf import settings

PREFIX_LENGTH = 12
# 32 random bytes, 256 bits, in the letters an address may hold.
SECRET_BYTES, SECRET_LENGTH = 32, 43
KEY_LENGTH = PREFIX_LENGTH + SECRET_LENGTH
SHAPE = re.compile(rf"[A-Za-z0-9_-]{{{KEY_LENGTH}}}")
_NO_DIGEST = "0" * 64


@dataclass(frozen=True, slots=True)
class FreshKey:
    """A key that was just made: the one moment in which its text is known."""

    text: str = field(repr=False)
    prefix: str
    digest: str


def make_key() -> FreshKey:
    """Return a new key: a part by which its feed is found, and 256 random bits."""
    prefix = secrets.token_urlsafe(PREFIX_LENGTH * 3 // 4)
    text = prefix + secrets.token_urlsafe(SECRET_BYTES)
    return FreshKey(text, prefix, digest_of(text))


def is_key(text: str) -> bool:
    """Return whether the text looks like a key at all; nothing else is looked up."""
    return SHAPE.fullmatch(text) is not None


def prefix_of(text: str) -> str:
    """Return the part by which the feed is found; no secret in itself."""
    return text[:PREFIX_LENGTH]


def digest_of(text: str) -> str:
    """Return the keyed hash that is kept instead of the key, 64 letters; settings.FEED_KEY keys it."""
    return hmac.new(settings.FEED_KEY.encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def is_right(text: str, kept_digest: str | None) -> bool:
    """Return whether the key belongs to the digest; None, where no feed was found, takes as long to be wrong."""
    same = hmac.compare_digest(digest_of(text), kept_digest or _NO_DIGEST)
    return same and kept_digest is not None
