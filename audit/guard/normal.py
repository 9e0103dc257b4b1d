"""Knows how to see through the disguises of a pasted text: full-width letters, invisible characters, escapes."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def normal(text: str) -> str:
    """Return `text` as a reader sees it; character by character, so that the cost stays linear.

    `unicodedata.normalize` over a whole text sorts runs of combining marks in quadratic time.
    """
    if "&#" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = text.translate({ord(char): _folded(char) for char in set(text) if char > "\x7f"})
    if not text.isprintable():
        text = _CONTROLS.sub("", text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    return text


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    if unicodedata.category(char) in ("Cf", "Mn", "Me", "Cs", "Cn", "Co"):
        return ""
    if char in "\u2028\u2029\x85":
        return "\n"
    if char in "\u2018\u2019\u201a\u201b":
        return "'"
    if char in "\u201c\u201d\u201e\u201f\u00ab\u00bb":
        return '"'
    folded = unicodedata.normalize("NFKC", char)
    return "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "Mn"))
