"""Knows how to take values out of a text that must be written all the same, such as a line of the log."""

from __future__ import annotations

import re
from collections.abc import Callable

from audit.guard.refusal import Refusal

HIDDEN = "[value]"
_MANY_LINES = ("private-key", "putty-key")  # of which the other lines say nothing by themselves
_WORD = re.compile(r"[^\s/?&\"'(),;<>]{3,}[^\s/?&\"'(),;<>:.]")


def hide_values(text: str, check: Callable[[str], Refusal | None]) -> str:
    """Return `text` without what looks like a value: word by word, else line by line, else nothing of it."""
    refusal = check(text)
    if refusal is None:
        return text
    if refusal.rule in _MANY_LINES:
        return HIDDEN
    told = "\n".join(_hidden_in_line(line, check) for line in text.split("\n"))
    return HIDDEN if check(told) is not None else told


def _hidden_in_line(line: str, check: Callable[[str], Refusal | None]) -> str:
    if check(line) is None:
        return line
    told = _WORD.sub(lambda word: HIDDEN if check(word[0]) is not None else word[0], line)
    return HIDDEN if check(told) is not None else told
