"""Says in words why a secret has its day, or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from rotations.planning.closed import why_not
from rotations.planning.days import Calendar, is_there
from rotations.planning.problem import Candidate, Code, Problem, Unplaced, Urgency
from rotations.planning.room import Room
from rotations.planning.windows import Span, Windows, needed

_MOST_NAMED = 2
_DAY = timedelta(days=1)
_LATE = {
    Urgency.COMPROMISED: "compromised, so as early as possible",
    Urgency.NO_DATE: "never rotated, so as early as possible",
}


class Explainer:
    """Knows the plan, and so which days are full."""

    def __init__(self, problem: Problem, calendar: Calendar, windows: Windows, places: Mapping[int, int]) -> None:
        self.problem, self.calendar, self.windows, self.places = problem, calendar, windows, places
        self.room = Room(problem, calendar)
        for key, at in places.items():
            self.room.take(windows.spans[key], at)
        self._passed: dict[tuple[object, ...], list[str]] = {}

    def why(self, key: int) -> list[str]:
        """Return the reasons for the day of a secret that has one, in short words."""
        span, at = self.windows.spans[key], self.places[key]
        one, day = span.candidate, self.calendar.days[at]
        words = [self._of_the_day(span, at)]
        if one.planned_on is not None:
            words.append("as planned" if one.planned_on == day else f"planned for {one.planned_on} until now")
        after = [(self.calendar.days[self.places[other]], other) for other in self.windows.needs[key]]
        after += [(self.problem.kept[other].on, other) for other in one.depends_on if other in self.problem.kept]
        words += [f"after {self._name(other)} on {on}" for on, other in sorted(after)[-1:]]
        return [*words, *self._passed_over(span, at), *self._somebody_else(one, span.openings[at].by, day)]

    def why_unplaced(self, key: int) -> Unplaced:
        """Return why a secret has no day although some are open to it."""
        span = self.windows.spans[key]
        missing = next((other for other in self.windows.needs[key] if other not in self.places), None)
        if missing is not None:
            return needed(span.candidate, self.windows.known[missing])
        return Unplaced(key, Code.FULL, self._full_words(span))

    def _of_the_day(self, span: Span, at: int) -> str:
        one, day = span.candidate, self.calendar.days[at]
        if one.urgency is Urgency.OVERDUE:
            return f"overdue since {one.due_on}, so as early as possible"
        if one.is_late or one.due_on is None:
            return _LATE.get(one.urgency, "as early as possible")
        if day == one.due_on:
            return "its last day on time"
        is_last = at + 1 >= len(self.calendar.days) or self.calendar.days[at + 1] > one.due_on
        if is_last:
            return f"the last working day on time: it is due {one.due_on}"
        return f"due {one.due_on}"

    def _passed_over(self, span: Span, at: int) -> list[str]:
        """Return why the days that would have been better were passed over: the nearest ones, and how many more."""
        one = span.candidate
        better = range(span.first, at) if one.is_late else range(at + 1, span.last + 1)
        known = (span.group, at, better.start, better.stop)
        if known not in self._passed:
            reasons = ((self.calendar.days[other], self._reason(span, other)) for other in better)
            self._passed[known] = _summed([(day, reason) for day, reason in reasons if reason])
        said = list(self._passed[known])
        if not one.is_late and at >= span.latest and span.latest < span.last:
            said.append("in time for what depends on it")
        return said

    def _reason(self, span: Span, at: int) -> str:
        opening, day = span.openings.get(at), self.calendar.days[at]
        if opening is None:
            return why_not(span.candidate, day, self.calendar)
        if self.room.by_person[opening.by, day] >= self.problem.per_person:
            return f"full for {self._person(opening.by)}"
        return "full for all together" if self.room.in_all[day] >= self.problem.in_all else ""

    def _somebody_else(self, one: Candidate, by: int, day: date) -> list[str]:
        if one.owner == by:
            return []
        owner = self.calendar.person(one.owner) if one.owner is not None else None
        if owner is None:
            return [f"it has no owner, {self._person(by)} takes it as backup owner"]
        cause = "has a holiday" if day in owner.holidays else "is away"
        return [f"{owner.name} {cause}, {self._person(by)} takes it"] if not is_there(owner, day) else []

    def _full_words(self, span: Span) -> str:
        places = span.places()
        people = Counter(self._reason(span, at) or "kept free for what it depends on" for at in places)
        said = ", ".join(f"{reason} ({_days(count)})" for reason, count in people.most_common(3))
        return f"Every day that is open to it is taken: {said}."

    def _person(self, key: int) -> str:
        person = self.calendar.person(key)
        return person.name if person is not None else "nobody"

    def _name(self, key: int) -> str:
        return self.windows.known[key].name if key in self.windows.known else self.problem.kept[key].name


def _summed(reasons: list[tuple[date, str]]) -> list[str]:
    """Return the first reasons with their days, and how many more there are."""
    said = [
        f"{day} is {reason}" if not reason.endswith("not there") else f"{day}: {reason}"
        for day, reason in reasons[:_MOST_NAMED]
    ]
    more = len(reasons) - _MOST_NAMED
    return [*said, f"and {_days(more)} more"] if more > 0 else said


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
