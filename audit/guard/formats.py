"""Knows what a format of keys is: where to look for it, how it is written, and which bodies are only examples."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from audit.guard.placeholders import is_example, is_reference

# Keys begin where no word goes on.
B = r"(?<![A-Za-z0-9])"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # Most are never asked for: compiling all of them would be felt at the start of every command.
    return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class Format:
    """One format: looked for only where one of its needles stands; group 1 (or all) is the body to judge."""

    rule: str
    looks_like: str
    needles: tuple[str, ...]
    pattern: str
    accepts: Callable[[str], bool]

    def found_in(self, text: str) -> bool:
        """Return whether `text` holds this format with a body that is no mask and no example."""
        return any(self.accepts(match[match.lastindex or 0]) for match in _compiled(self.pattern).finditer(text))


def is_varied(body: str) -> bool:
    """Return whether `body` can be random: not a mask, not an example, not a plain word."""
    if is_example(body) or is_reference(body):
        return False
    return len(body) >= 24 or any(c.isdigit() for c in body) or not body.islower()


def is_numbered(body: str) -> bool:
    """Return whether `body` can be random and has digits, as long random text nearly always has."""
    return is_varied(body) and any(c.isdigit() for c in body)


def is_irregular(body: str) -> bool:
    """Return whether `body` can be random and is no row of small letters, as words are."""
    return (is_varied(body) and not body.replace("_", "").replace("-", "").islower()) or is_numbered(body)


def is_mixed(body: str) -> bool:
    """Return whether `body` can be random and has digits, capitals and small letters."""
    return is_numbered(body) and any(c.isupper() for c in body) and any(c.islower() for c in body)


def is_no_example(body: str) -> bool:
    """Return whether `body` is neither a mask nor an example."""
    return not is_example(body)


def is_anything(body: str) -> bool:
    """Return True: the form alone says it."""
    return True


def format_of(
    rule: str, looks_like: str, needles: str, pattern: str, accepts: Callable[[str], bool] = is_varied
) -> Format:
    """Return the format; `needles` are separated by spaces, one of them stands in every text that has it."""
    return Format(rule, looks_like, tuple(needles.split()), pattern, accepts)
