"""Writes what a pack says of itself: what it is of, how much of it, and the SHA-256 of every part."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from html import escape

from django.conf import settings

from documents.evidence.collecting import Ground
from documents.evidence.sheet import Sheet

FORMAT = "secrets-index-evidence/1"


def manifest(ground: Ground, sheets: Sequence[Sheet], parts: Mapping[str, bytes], *, chain_head: str) -> bytes:
    """Return the manifest as JSON; nothing in it depends on who asks or when."""
    wish = ground.wish
    told = {
        "format": FORMAT,
        "register": settings.PLATFORM_NAME,
        "as_of": {"day": wish.as_of.isoformat(), "ends_at": ground.past.moment.isoformat()},
        "time_zone": settings.TIME_ZONE,
        "period": {"first_on": wish.first_on.isoformat(), "last_on": wish.last_on.isoformat()},
        "filter": {
            "environment": wish.environment or None,
            "phone_numbers": wish.with_phones,
            "words": ground.filter_words,
        },
        "counts": counts_of(sheets),
        "application": {"name": "Secrets Index", "version": settings.VERSION},
        "chain_head": chain_head or None,
        "files": {name: {"sha256": sha256(part), "bytes": len(part)} for name, part in sorted(parts.items())},
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def counts_of(sheets: Sequence[Sheet]) -> dict[str, dict[str, str | int]]:
    """Return for each part what it covers, and how many lines it has."""
    return {sheet.name: {"covers": sheet.covers, "lines": len(sheet.rows)} for sheet in sheets}


def sums(parts: Mapping[str, bytes]) -> bytes:
    """Return the list that `sha256sum --check` reads."""
    return "".join(f"{sha256(part)}  {name}\n" for name, part in sorted(parts.items())).encode()


def head_of(ground: Ground, *, chain_head: str) -> str:
    """Return in HTML what every page says of the pack it is of."""
    wish = ground.wish
    words = (
        f"The register as of the end of {wish.as_of} ({settings.TIME_ZONE}), and what happened from {wish.first_on}"
        f" to {wish.last_on}. {ground.filter_words}. Version {settings.VERSION}"
        f"{f', chain head {chain_head}' if chain_head else ''}."
    )
    return f"<strong>Secrets Index, {escape(settings.PLATFORM_NAME)}.</strong> {escape(words)}"


def sha256(data: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
