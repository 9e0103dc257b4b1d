"""Knows text that looks like the value of a secret; never stores, echoes or logs it.

`check_text` is meant for words that people write. Fields that a machine fills with hashes or keys of
its own are for the caller to leave out.
"""

from __future__ import annotations

from audit.guard.assignments import assigned_value
from audit.guard.entropy import random_looking
from audit.guard.hiding import hide_values
from audit.guard.normal import normal
from audit.guard.refusal import Refusal
from audit.guard.rules import known_format

__all__ = ["Refusal", "check_text", "without_values"]


def check_text(text: str) -> Refusal | None:
    """Return why `text` looks like it holds a value, or None; time grows linearly with its length.

    A refusal is "certain" when the format of a provider or of a key was recognised, "heuristic" when
    only the surroundings or the randomness of the characters speak for a value.
    """
    if len(text) < 4:
        return None
    plain = normal(text)
    return known_format(plain) or assigned_value(plain) or random_looking(plain)


def without_values(text: str) -> str:
    """Return `text` with whatever looks like a value replaced by "[value]"; for lines that must be written anyway."""
    return hide_values(text, check_text)
