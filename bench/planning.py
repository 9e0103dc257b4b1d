"""What a plan costs, beside taking each secret in the order of due dates and the latest day that is left."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

from audit.models import User
from bench.measure import once, say
from rotations.planning.days import Calendar
from rotations.planning.problem import Candidate, Days, Doer, Freeze, Plan, Problem, Urgency
from rotations.planning.solving import plan

FIRST = date(2026, 7, 14)
LENGTH = 79  # to the end of the quarter
# Secrets, people, most in all per day; the last has no room for a seventh of them.
SIZES = ((1_000, 40, 40), (10_000, 200, 250), (10_000, 200, 150))


def run(security: User, size: int) -> None:
    """Print the ratios; what is planned is made up, so the register does not matter."""
    plan(_problem(10, 2, 10, depending=0.0))  # the solver is loaded once
    for secrets, people, in_all in SIZES:
        for depending in (0.0, 0.02):
            _measure(_problem(secrets, people, in_all, depending=depending), depending)


def _measure(problem: Problem, depending: float) -> None:
    found: list[Plan] = []
    greedy: list[int] = []
    took = once(lambda: found.append(plan(problem)))
    plainly = once(lambda: greedy.append(_greedy(problem)))
    placed = len(found[0].placed)
    figures = (
        f"{took:.2f} s",
        f"{plainly:.2f} s",
        f"{placed} against {greedy[0]} with a day",
        "proven" if found[0].is_proven else "not proven",
    )
    what = f"{len(problem.candidates):,} secrets, {problem.in_all} a day, {depending:.0%} depending, beside greedy"
    say(what, took / plainly, "a few seconds", *figures)


def _greedy(problem: Problem) -> int:
    """Return how many find a day where nobody looks back; dependencies are not asked for."""
    calendar, taken, in_all, placed = Calendar(problem), Counter(), Counter(), 0
    for one in sorted(problem.candidates, key=lambda one: (not one.is_late, one.due_on or date.min)):
        openings = calendar.openings(calendar.group_of(one))
        for at in openings if one.is_late else reversed(openings):
            day, by = calendar.days[at], openings[at].by
            on_time = one.is_late or one.due_on is None or day <= one.due_on
            if on_time and taken[by, at] < problem.per_person and in_all[at] < problem.in_all:
                taken[by, at] += 1
                in_all[at] += 1
                placed += 1
                break
    return placed


def _problem(secrets: int, people: int, in_all: int, *, depending: float) -> Problem:
    chance = random.Random(4711)
    doers = {}
    for key in range(1, people + 1):
        away = FIRST + timedelta(days=chance.randrange(LENGTH))
        doers[key] = Doer(key, f"Person {key}", (), [Days(away, away + timedelta(days=10))])
    return Problem(
        window=Days(FIRST, FIRST + timedelta(days=LENGTH - 1)),
        candidates=[_candidate(chance, key, people, depending) for key in range(1, secrets + 1)],
        people=doers,
        per_person=3,
        in_all=in_all,
        freezes=[Freeze(Days(date(2026, 8, 10), date(2026, 8, 14)), "prod", "Sale")],
    )


def _candidate(chance: random.Random, key: int, people: int, depending: float) -> Candidate:
    urgency = chance.choice([Urgency.OVERDUE, Urgency.NO_DATE, Urgency.COMPROMISED, *[Urgency.NONE] * 17])
    due_on = FIRST + timedelta(days=chance.randrange(LENGTH))
    owner = chance.randrange(1, people + 1)
    return Candidate(
        key=key,
        name=f"prod/service/{key:05}",
        environment=chance.choice(["prod", "dev"]),
        service=f"service-{key % 100}",
        owner=owner,
        backup_owner=owner % people + 1 if chance.random() < 0.7 and people > 1 else None,
        due_on=None if urgency is Urgency.NO_DATE else FIRST if urgency is not Urgency.NONE else due_on,
        urgency=urgency,
        depends_on=frozenset([chance.randrange(1, key)]) if key > 1 and chance.random() < depending else frozenset(),
    )
