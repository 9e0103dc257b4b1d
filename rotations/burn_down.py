"""Knows how many secrets of a rotation were left on each day. Pure: dates and numbers, no clock, no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MOST_POINTS = 60
FEWEST_SECRETS = 3
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Point:
    """How many secrets were left at the end of a day."""

    on: date
    left: int


@dataclass(frozen=True, slots=True)
class BurnDown:
    """How a rotation comes to its end; `until` is the day it is planned for, None where no day is."""

    total: int
    points: Sequence[Point]
    until: date | None

    @property
    def words(self) -> str:
        """The same in words."""
        first, last = self.points[0], self.points[-1]
        planned = f" It is planned for {self.until}." if self.until is not None else ""
        return f"{self.total} secrets on {first.on}, {last.left} left on {last.on}.{planned}"

    @property
    def last_on(self) -> date:
        """The day on which the picture ends."""
        return max(self.points[-1].on, self.until or date.min)


def burn_down(
    *, total: int, settled_on: Sequence[date], began_on: date, today: date, until: date | None
) -> BurnDown | None:
    """Return how many of `total` were left, from `began_on` to `today`; None where there is nothing to see.

    `settled_on` holds the day of each secret that was rotated or set aside. Of a long time every n-th day is
    shown, the last one always.
    """
    first = min([began_on, *settled_on])
    if total < FEWEST_SECRETS or first > today:
        return None
    days = (today - first).days + 1
    settled, left, points = Counter(settled_on), total, []
    step = -(-days // MOST_POINTS)
    for number in range(days):
        day = first + number * _DAY
        left -= settled[day]
        if (days - 1 - number) % step == 0:
            points.append(Point(day, left))
    return BurnDown(total, points, until)
