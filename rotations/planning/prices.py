"""What the planner pays for: the lower the sum, the better the plan. Whole numbers, in days of being early."""

from __future__ import annotations

from datetime import date

from rotations.planning.problem import Candidate, Days, Urgency

# A secret on time costs a unit for each day before its last day on time: the value lives as long as it may.
EARLY = 1
# A late one costs this for each day after the first day of the window.
WAITING = 4
# Somebody else than the owner does it.
BACKUP = 3
# What is planned already moves to another day.
MOVED = 30
# Where there is no room for all: who goes first among as many. Leaving out anything at all costs far more.
FIRST = {Urgency.COMPROMISED: 3, Urgency.OVERDUE: 2, Urgency.NONE: 1, Urgency.NO_DATE: 0}


def price(candidate: Candidate, on: date, *, window: Days, by: int | None) -> int:
    """Return what it costs that `by` rotates `candidate` on `on`."""
    if candidate.is_late or candidate.due_on is None:
        cost = WAITING * (on - window.first_on).days
    else:
        cost = EARLY * (min(candidate.due_on, window.last_on) - on).days
    if candidate.owner is not None and by != candidate.owner:
        cost += BACKUP
    if candidate.planned_on is not None and candidate.planned_on != on:
        cost += MOVED
    return cost


def most(days: int) -> int:
    """Return the most that a secret can cost in a window of so many days, and more than two can differ by."""
    return WAITING * (days + 1) + BACKUP + MOVED


def leaving_out(candidates: int, days: int) -> int:
    """Return the price of a secret without a day: more than the plan of all others can cost or save."""
    return (candidates + 1) * most(days) * (max(FIRST.values()) + 1)
