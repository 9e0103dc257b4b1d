"""Says in words why days are closed to a secret."""

from __future__ import annotations

from collections import Counter
from datetime import date

from rotations.planning.days import Calendar, is_there
from rotations.planning.problem import Candidate, Code, Unplaced

_MOST_NAMED = 3
NO_CLEAN_UP = "no day for the clean-up"


def why_closed(one: Candidate, first: int, last: int, calendar: Calendar) -> Unplaced:
    """Return the reason of a secret to which every day from place `first` to `last` is closed."""
    days = calendar.days
    if not days:
        return Unplaced(one.key, Code.CLOSED, "There is no working day between the first and the last day of the plan.")
    if last < 0:
        return Unplaced(
            one.key, Code.BEFORE, "There is no working day between the first day of the plan and its due date."
        )
    if first > last:
        return Unplaced(one.key, Code.CLOSED, _comes_too_late(one, last, calendar))
    reasons = Counter(why_not(one, days[at], calendar) or NO_CLEAN_UP for at in range(first, last + 1))
    said = [f"{reason} ({count} of {last + 1 - first})" for reason, count in reasons.most_common(_MOST_NAMED)]
    return Unplaced(
        one.key, Code.CLOSED, f"No working day from {days[first]} to {days[last]} is open: {', '.join(said)}."
    )


def why_not(one: Candidate, day: date, calendar: Calendar) -> str:
    """Return why nobody can rotate `one` on `day`, a day from Monday to Friday; "" where somebody can."""
    freeze = calendar.freeze(one.environment, day)
    if freeze is not None:
        return f"in the freeze “{freeze.reason}”" if freeze.reason else "in a freeze"
    people = [person for key in (one.owner, one.backup_owner) if key and (person := calendar.person(key))]
    if any(is_there(person, day) for person in people):
        return ""
    if people and all(day in person.holidays for person in people):
        return "a holiday"
    return f"{' and '.join(person.name for person in people)} not there"


def _comes_too_late(one: Candidate, last: int, calendar: Calendar) -> str:
    last_day = calendar.days[last]
    return f"What it depends on can be rotated only after {last_day}, its last possible day."
