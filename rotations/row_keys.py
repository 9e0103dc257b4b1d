"""Reads keys of rows from addresses and forms."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404

MOST_DIGITS = 18  # of a key; more would not fit into the database
MOST_TO_UNDO = 50


def keys_of(words: Iterable[str]) -> set[int]:
    """Return the keys that `words` are; raises Http404 for one that can be none."""
    listed = list(words)
    if not all(word.isascii() and word.isdecimal() and len(word) <= MOST_DIGITS for word in listed):
        raise Http404
    return {int(word) for word in listed}
