"""Knows what a year of rotations looks like, week by week: what was done, what is late, what is to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Count, QuerySet

from inventory.models import Secret
from rotations.agendas import due_unplanned
from rotations.models import RotationItem

_WEEK = timedelta(days=7)
_TO_THURSDAY = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Week:
    """A week by its Monday, and the numbers of secrets rotated, overdue, and due or planned in it."""

    monday: date
    done: int
    late: int
    to_come: int
    is_now: bool

    @property
    def kind(self) -> str:
        """What it shows most of all: now, late, done, plan or "" where nothing happens."""
        if self.is_now:
            return "now"
        known = (("late", self.late), ("plan", self.to_come), ("done", self.done))
        return next((kind for kind, number in known if number), "")

    @property
    def number(self) -> int:
        """The number that stands in the cell."""
        return {"late": self.late, "done": self.done, "plan": self.to_come}.get(
            self.kind, self.done + self.late + self.to_come
        )

    @property
    def words(self) -> str:
        """What the week holds, in words."""
        known = ((self.done, "rotated"), (self.late, "overdue"), (self.to_come, "due or planned"))
        said = ", ".join(f"{number} {word}" for number, word in known if number) or "nothing"
        return f"this week, {said}" if self.is_now else said


@dataclass(frozen=True, slots=True)
class Month:
    """A month and the weeks whose Thursday lies in it."""

    name: str
    weeks: Sequence[Week]


def year_of(today: date) -> list[Month]:
    """Return the twelve months of the year that `today` lies in; four queries, with a row for each day at most."""
    mondays = _mondays(today.year)
    days = (mondays[0], mondays[-1] + timedelta(days=6))
    items = RotationItem.objects.order_by()
    done = _by_week(items.rotated().filter(rotated_on__range=days), "rotated_on")
    late = _by_week(Secret.objects.overdue(today).filter(next_rotation_on__range=days), "next_rotation_on")
    planned = _by_week(items.to_do().filter(rotation__planned_on__range=days), "rotation__planned_on")
    # The day that is urgent is the due date, or the end of a waiver beyond it.
    coming = due_unplanned(Secret.objects.exclude(status="compromised")).filter(urgent_on__range=(today, days[1]))
    to_come = planned + _by_week(coming, "urgent_on")
    now = _monday_of(today)
    weeks = [Week(day, done[day], late[day], to_come[day], is_now=day == now) for day in mondays]
    return [Month(name, list(group)) for name, group in groupby(weeks, lambda week: f"{week.monday + _TO_THURSDAY:%b}")]


def _mondays(year: int) -> list[date]:
    """Return the Mondays of the weeks whose Thursday lies in `year`, as ISO 8601 counts weeks."""
    first = date.fromisocalendar(year, 1, 1)
    weeks = (first + _WEEK * number for number in range(53))
    return [monday for monday in weeks if (monday + _TO_THURSDAY).year == year]


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _by_week(rows: QuerySet[Any], day: str) -> Counter[date]:
    found: Counter[date] = Counter()
    for on, number in rows.order_by().values_list(day).annotate(Count("pk")):
        found[_monday_of(on)] += number
    return found
