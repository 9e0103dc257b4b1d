"""Knows how texts and lines are written in iCalendar (RFC 5545, 3.1 and 3.3.11); knows nothing of events."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri

PIECE = 74
# How many lines of a list are told; the rest is behind the link: some calendars cut long texts off.
LISTED = 100

_LINE_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
# What is no text: controls, halves of surrogate pairs, and the noncharacters of the first plane.
_NOT_TEXT = {"Cc", "Cs"}
_NONCHARACTERS = frozenset(map(chr, (*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF)))


def plain_text(text: str) -> str:
    """Return the text with one kind of line break, and without what is no text."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    text = _LINE_BREAKS.sub("\n", text)
    kept = (mark for mark in text if mark in "\n\t" or not _is_no_text(mark))
    return "".join(kept)


def one_line(text: str) -> str:
    """Return the text on one line."""
    return " ".join(plain_text(text).split())


def escaped(text: str) -> str:
    """Return the text as a value of type TEXT."""
    # Four replacements take a quarter of the time of one translation.
    return plain_text(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> bytes:
    """Return the line, which has no break in it, in pieces of at most 75 octets with the space before them.

    None ends within a letter, nor with the first mark of an escape: some programs unfold after reading escapes.
    """
    octets = line.encode()
    if len(octets) <= PIECE:
        return octets + b"\r\n"
    pieces, start = [], 0
    while start < len(octets):
        end = start + PIECE
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        if end < len(octets) and end - start > 1 and octets[end - 1] in b"\\^":
            end -= 1
        pieces.append(octets[start:end])
        start = end
    return b"\r\n ".join(pieces) + b"\r\n"


def listed(things: Sequence[object]) -> list[str]:
    """Return the things in words, one a line: the first ones, and how many more there are."""
    more = len(things) - LISTED
    return [*map(str, things[:LISTED]), *([f"and {more} more"] if more > 0 else [])]


def web_address(url: str) -> str:
    """Return the address with everything but ASCII encoded, or nothing where a browser would not open it."""
    url = iri_to_uri(one_line(url))
    return url if urlsplit(url).scheme in {"http", "https"} else ""


def _is_no_text(mark: str) -> bool:
    return unicodedata.category(mark) in _NOT_TEXT or mark in _NONCHARACTERS
