"""Knows what somebody asks to have proven: the day, the period and the part of the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError


@dataclass(frozen=True, slots=True)
class Wish:
    """The register at the end of `as_of`, and what happened from `first_on` to `last_on`, both included.

    `environment` is a code, "" for all of them.
    """

    as_of: date
    first_on: date
    last_on: date
    environment: str = ""
    with_phones: bool = False

    def check(self, *, today: date) -> None:
        """Raise ValidationError where this cannot be known on `today`, or ends before it begins."""
        if self.as_of > today:
            raise ValidationError("Choose a day up to today.", code="future")
        if self.first_on > self.last_on:
            raise ValidationError("The period ends before it begins.", code="backwards")
        if self.last_on > self.as_of:
            raise ValidationError("The period ends after the day of the register. Choose a later day.", code="after")


def quarter_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of the quarter that `day` lies in."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    following = date(day.year + first.month // 10, (first.month + 2) % 12 + 1, 1)
    return first, following - timedelta(days=1)
