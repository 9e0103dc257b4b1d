"""Makes addresses safe to follow: a stored one is only a link if it leads to the web and carries no password."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_NOT_IN_NUMBERS = re.compile(r"[^\d+]")


def web_address(text: str) -> str:
    """Return `text` if it is an absolute http or https address without user or password, else ""."""
    if not text or _NOT_IN_ADDRESSES.search(text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return ""
    return text


def phone_address(number: str) -> str:
    """Return the tel: address of a phone number, or "" if it has no digits."""
    digits = _NOT_IN_NUMBERS.sub("", number or "")
    return f"tel:{digits}" if any(character.isdigit() for character in digits) else ""


def mail_address(email: str) -> str:
    """Return the mailto: address, with everything escaped that could add a header; "" if it is no address."""
    return f"mailto:{quote(email, safe='@')}" if email and email.count("@") == 1 else ""
