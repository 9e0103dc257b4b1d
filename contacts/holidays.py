"""Knows the holidays of a country or a part of it, written as DE or DE-BY."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.core.exceptions import ValidationError


def known_place(text: str) -> None:
    """Raise ValidationError unless `text` is a place whose holidays are known."""
    if not is_known_place(text):
        raise ValidationError(
            "No holidays are known for this place. Write a country such as DE, or a part of it such as DE-BY.",
            code="holidays",
        )


def is_known_place(text: str) -> bool:
    """Return whether `text` is a country, or a country and one of its parts, whose holidays are known."""
    country, dash, part = text.partition("-")
    parts = _countries().get(country)
    return parts is not None and (part in parts if dash else True)


def holidays_of(place: str, years: Iterable[int]) -> frozenset[date]:
    """Return the holidays of `place` in `years`; none for "" and for a place that is not known any more."""
    if not place or not is_known_place(place):
        return frozenset()
    return frozenset().union(*(_holidays(place, year) for year in years))


@lru_cache(maxsize=512)
def _holidays(place: str, year: int) -> frozenset[date]:
    import holidays  # takes a fifth of a second that few commands should pay

    country, _, part = place.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))


@lru_cache(maxsize=1)
def _countries() -> dict[str, frozenset[str]]:
    import holidays

    return {code: frozenset(parts) for code, parts in holidays.list_supported_countries(include_aliases=True).items()}
