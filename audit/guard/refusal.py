"""Knows how a refusal speaks; cannot carry the refused text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["certain", "heuristic"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which rule refused a text, how sure it is, and what to do about it."""

    rule: str
    kind: Kind
    message: str


def certain(rule: str, looks_like: str) -> Refusal:
    """Return the refusal of a text whose format is known."""
    return Refusal(
        rule,
        "certain",
        f"This looks like {looks_like}. Keep it in your store and write its path here;"
        " if it was real, treat it as leaked and rotate it.",
    )


def heuristic(rule: str, looks_like: str) -> Refusal:
    """Return the refusal of a text that only resembles a value."""
    return Refusal(
        rule,
        "heuristic",
        f"This looks like {looks_like}. Keep it in your store and write its path here;"
        " if it was real, treat it as leaked and rotate it. If it is no value, say it in other words.",
    )
