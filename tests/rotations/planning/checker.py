"""Holds a plan against the rules, read anew from the problem: shares no code with the planner."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import product

from rotations.planning.problem import Candidate, Code, Plan, Problem, Urgency


def works(problem: Problem, person: int, day: date) -> bool:
    doer = problem.people[person]
    away = any(absence.first_on <= day <= absence.last_on for absence in doer.absences)
    return day.isoweekday() <= 5 and day not in doer.holidays and not away


def is_frozen(problem: Problem, environment: str, day: date) -> bool:
    return any(
        freeze.environment in (None, environment) and freeze.days.first_on <= day <= freeze.days.last_on
        for freeze in problem.freezes
    )


def who_can(problem: Problem, one: Candidate, day: date) -> int | None:
    """Return who does it on that day: the owner, or where they are away the backup owner."""
    for person in (one.owner, one.backup_owner):
        if person in problem.people and works(problem, person, day):
            return person
    return None


def faults(problem: Problem, plan: Plan) -> list[str]:
    """Return everything about the plan that the rules forbid."""
    known = {one.key: one for one in problem.candidates}
    on = {placed.key: placed.on for placed in plan.placed}
    found = []
    keys = sorted([*on, *(one.key for one in plan.unplaced)])
    if keys != sorted(known) or len(on) != len(plan.placed):
        found.append("not every secret is there once")
    persons, days = Counter(problem.taken), Counter(problem.taken_in_all)
    for placed in plan.placed:
        one = known[placed.key]
        persons[placed.by, placed.on] += 1
        days[placed.on] += 1
        if persons[placed.by, placed.on] > problem.per_person:
            found.append(f"{one.name}: too much for one person on {placed.on}")
        if days[placed.on] > problem.in_all:
            found.append(f"{one.name}: too much in all on {placed.on}")
        if not problem.window.first_on <= placed.on <= problem.window.last_on:
            found.append(f"{one.name}: outside the window")
        if one.due_on is not None and not one.is_late and placed.on > one.due_on:
            found.append(f"{one.name}: late")
        if is_frozen(problem, one.environment, placed.on):
            found.append(f"{one.name}: in a freeze")
        if placed.by != who_can(problem, one, placed.on):
            found.append(f"{one.name}: by the wrong person")
        clean_up = placed.clean_up_on
        too_early = clean_up < placed.on + timedelta(days=max(1, problem.clean_up_days))
        if too_early or not works(problem, placed.by, clean_up) or is_frozen(problem, one.environment, clean_up):
            found.append(f"{one.name}: cleaned up on {clean_up}")
        for needed in one.depends_on:
            if needed in known and not (needed in on and on[needed] <= placed.on):
                found.append(f"{one.name}: before what it depends on")
            if needed in problem.kept and problem.kept[needed].on > placed.on:
                found.append(f"{one.name}: before what it depends on, which keeps its day")
        if any(one.key in kept.depends_on and kept.on < placed.on for kept in problem.kept.values()):
            found.append(f"{one.name}: after what depends on it")
        if not placed.why:
            found.append(f"{one.name}: no reason")
    found += [f"{one.key}: no reason" for one in plan.unplaced if not one.why]
    found += [
        f"{one.key}: left out, though nothing that it depends on is"
        for one in plan.unplaced
        if one.code is Code.NEEDED and not known[one.key].depends_on & (known.keys() - on.keys())
    ]
    return found


def possible_days(problem: Problem, one: Candidate) -> list[date]:
    """Return the days on which the secret alone could be rotated."""
    window, found = problem.window, []
    for number in range((window.last_on - window.first_on).days + 1):
        day = window.first_on + timedelta(days=number)
        by = who_can(problem, one, day)
        if by is None or is_frozen(problem, one.environment, day):
            continue
        if not one.is_late and one.due_on is not None and day > one.due_on:
            continue
        found.append(day)
    return found


def cost(problem: Problem, on: dict[int, date]) -> int:
    """Return what the plan costs, in the prices that docs/planning.md tells."""
    known, total = {one.key: one for one in problem.candidates}, 0
    for key, day in on.items():
        one = known[key]
        if one.is_late or one.due_on is None:
            total += 4 * (day - problem.window.first_on).days
        else:
            total += (min(one.due_on, problem.window.last_on) - day).days
        total += 3 * (one.owner is not None and who_can(problem, one, day) != one.owner)
        total += 30 * (one.planned_on is not None and one.planned_on != day)
    ranks = {Urgency.COMPROMISED: 3, Urgency.OVERDUE: 2, Urgency.NONE: 1, Urgency.NO_DATE: 0}
    days = (problem.window.last_on - problem.window.first_on).days
    left_out = sum(ranks[one.urgency] for key, one in known.items() if key not in on)
    return total + left_out * (4 * (days + 1) + 33)


def best_by_trying(problem: Problem) -> tuple[int, int]:
    """Return the most secrets that any plan places, and the least that such a plan costs; tries all of them."""
    circles = in_circles(problem)
    open_to = [[None, *possible_days(problem, one)][: 1 if one.key in circles else None] for one in problem.candidates]
    best = (0, cost(problem, {}))
    for choice in product(*open_to):
        on = {one.key: day for one, day in zip(problem.candidates, choice, strict=True) if day is not None}
        if _holds(problem, on):
            best = min(best, (-len(on), cost(problem, on)))
    return -best[0], best[1]


def in_circles(problem: Problem) -> set[int]:
    """Return the keys that depend on themselves in the end, found by following every dependency long enough."""
    reached = {one.key: set(one.depends_on) for one in problem.candidates}
    for _ in problem.candidates:
        for others in reached.values():
            others |= {far for near in list(others) for far in reached.get(near, ())}
    return {key for key, others in reached.items() if key in others}


def _holds(problem: Problem, on: dict[int, date]) -> bool:
    persons, days = Counter(problem.taken), Counter(problem.taken_in_all)
    for one in problem.candidates:
        day = on.get(one.key)
        if day is None:
            continue
        persons[who_can(problem, one, day), day] += 1
        days[day] += 1
        if persons[who_can(problem, one, day), day] > problem.per_person or days[day] > problem.in_all:
            return False
        for needed in one.depends_on:
            if needed in {other.key for other in problem.candidates} and not (needed in on and on[needed] <= day):
                return False
            if needed in problem.kept and problem.kept[needed].on > day:
                return False
        if any(one.key in kept.depends_on and kept.on < day for kept in problem.kept.values()):
            return False
    return True
