"""Knows which ways of writing a date mean one day only; refuses to guess."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_MONTHS = {
    name[:length]: number
    for number, name in enumerate(
        (
            *("january", "february", "march", "april", "may", "june"),
            *("july", "august", "september", "october", "november", "december"),
        ),
        1,
    )
    for length in (3, 4, len(name))
}
_YEAR_FIRST = re.compile(r"(?i)([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[T ][0-9:.]{4,15}(?:Z|[+-][0-9:]{4,6})?)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th)\b")
_WEEKDAY = re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b")
_WORDS = re.compile(r"[a-z]+|[0-9]+")
_UNIT_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "quarter": 90, "year": 365}
_EVERY = re.compile(r"\b([0-9]{1,5})\s*[- ]?(day|week|month|year)s?\b")
_ADVERBS = {
    "daily": 1,
    "weekly": 7,
    "monthly": 30,
    "quarterly": 90,
    "yearly": 365,
    "annually": 365,
    "annual": 365,
    **{f"every {unit}": days for unit, days in _UNIT_DAYS.items()},
}
_NO_INTERVAL = re.compile(r"(?i)\b(?:not by date|on demand|as needed|when needed|no fixed interval|does not rotate)\b")


class UnclearDateError(ValueError):
    """The text is no date, or may be two different ones; the message says what to write instead."""


def read_date(text: str) -> date:
    """Return the one day `text` names, such as `2026-07-14`, `14 July 2026` or `14.07.2026`.

    Raises UnclearDateError for anything else, `07/08/2026` among it.
    """
    words = _ORDINAL.sub("", _bare(text).lower())
    if found := _YEAR_FIRST.fullmatch(words):
        return _day(int(found[1]), int(found[3]), int(found[4]))
    if found := _YEAR_LAST.fullmatch(words):
        return _either_way(int(found[1]), int(found[3]), int(found[4]))
    return _with_month_name(words)


def read_interval(text: str) -> tuple[int | None, bool]:
    """Return the whole days between rotations, None for "not by date", and whether the text says them exactly.

    Months are taken as 30 days and years as 365, which is not exact. Raises ValueError for other words.
    """
    words = " ".join(text.lower().split())
    if _NO_INTERVAL.search(words):
        return None, True
    if found := _EVERY.search(words):
        days = int(found[1]) * _UNIT_DAYS[found[2]]
        exact = found[2] in ("day", "week")
    else:
        days = next((days for adverb, days in _ADVERBS.items() if adverb in words), 0)
        exact = days in (1, 7, 14)
    if days < 1:
        raise ValueError("Say the interval in days, such as: Every 90 days.")
    return days, exact


def _bare(text: str) -> str:
    """Return `text` without the pictures and blanks around it."""
    return "".join(char for char in text if unicodedata.category(char) not in ("So", "Sk", "Mn", "Cf")).strip()


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UnclearDateError("There is no such day. Write the date as 2026-07-14: year, month, day.") from None


def _either_way(first: int, second: int, year: int) -> date:
    if first <= 12 and second <= 12 and first != second:
        raise UnclearDateError("This date may be two different days. Write it as 2026-07-14: year, month, day.")
    return _day(year, first, second) if first <= 12 else _day(year, second, first)


def _with_month_name(words: str) -> date:
    parts = _WORDS.findall(_WEEKDAY.sub("", words))
    months = [_MONTHS[part] for part in parts if part in _MONTHS]
    years = [int(part) for part in parts if part.isdigit() and len(part) == 4]
    days = [int(part) for part in parts if part.isdigit() and len(part) <= 2]
    if len(parts) == 3 and len(months) == len(years) == len(days) == 1:
        return _day(years[0], months[0], days[0])
    raise UnclearDateError("This is no date. Write it as 2026-07-14: year, month, day.")
