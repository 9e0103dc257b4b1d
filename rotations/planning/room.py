"""Knows how much room is left on each day, for each person and for all together."""

from __future__ import annotations

from collections import Counter

from rotations.planning.days import Calendar
from rotations.planning.problem import Problem
from rotations.planning.windows import Span


class Room:
    """What is left of the days of a problem while a plan is put together."""

    def __init__(self, problem: Problem, calendar: Calendar) -> None:
        self.problem, self.calendar = problem, calendar
        self.by_person, self.in_all = Counter(problem.taken), Counter(problem.taken_in_all)

    def take(self, span: Span, at: int) -> None:
        """Count the secret of `span` on the day at `at`."""
        self.by_person[span.openings[at].by, self.calendar.days[at]] += 1
        self.in_all[self.calendar.days[at]] += 1

    def is_free(self, span: Span, at: int) -> bool:
        """Return whether the secret of `span` still fits on the day at `at`."""
        day = self.calendar.days[at]
        fits = self.by_person[span.openings[at].by, day] < self.problem.per_person
        return fits and self.in_all[day] < self.problem.in_all

    def best_first(self, span: Span) -> list[int]:
        """Return the places with room, in the order in which the secret of `span` would like them."""
        places = sorted(span.places(tight=True), reverse=not span.candidate.is_late)
        return [at for at in places if self.is_free(span, at)]
