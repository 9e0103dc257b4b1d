"""Random registers to plan, for property tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import holidays
from hypothesis import strategies as st

from rotations.planning.problem import Candidate, Days, Doer, Freeze, Kept, Problem, Urgency

PLACES = ("DE", "US", "GB", "FR", "JP", "")
# First days of windows: leap days, the ends of years, the days on which clocks change, and any others.
STARTS = st.one_of(
    st.sampled_from([date(2028, 2, 25), date(2026, 12, 18), date(2026, 3, 26), date(2026, 10, 22), date(2100, 2, 24)]),
    st.dates(min_value=date(2024, 1, 1), max_value=date(2040, 12, 31)),
)


@st.composite
def days(draw: Any, first: date, length: int, longest: int) -> Days:
    start = first + timedelta(days=draw(st.integers(-3, length)))
    return Days(start, start + timedelta(days=draw(st.integers(0, longest))))


@st.composite
def problems(draw: Any, *, most: int = 12, length: int = 40, people: int = 4) -> Problem:
    first = draw(STARTS)
    size = draw(st.integers(0, length))
    window = Days(first, first + timedelta(days=size))
    years = range(first.year, first.year + 2)
    doers = {
        key: Doer(
            key,
            f"Person {key}",
            frozenset(holidays.country_holidays(place, years=years))
            if (place := draw(st.sampled_from(PLACES)))
            else (),
            draw(st.lists(days(first, size, 12), max_size=2)),
        )
        for key in range(1, draw(st.integers(1, people)) + 1)
    }
    environments = st.sampled_from(["prod", "dev"])
    candidates = [
        _candidate(draw, key, first, size, list(doers), environments)
        for key in range(1, draw(st.integers(0, most)) + 1)
    ]
    frozen = st.builds(Freeze, days(first, size, 8), st.one_of(st.none(), environments), st.sampled_from(["", "Sale"]))
    taken = draw(
        st.dictionaries(
            st.tuples(st.sampled_from(list(doers)), st.integers(0, size).map(lambda n: first + timedelta(days=n))),
            st.integers(1, 2),
            max_size=3,
        )
    )
    in_all: dict[date, int] = {}
    for (_, day), number in taken.items():
        in_all[day] = in_all.get(day, 0) + number
    kept = {
        100 + n: Kept(
            f"kept/{n}", first + timedelta(days=draw(st.integers(0, size))), draw(_needs(len(candidates) + 1))
        )
        for n in range(draw(st.integers(0, 2)))
    }
    return Problem(
        window=window,
        candidates=candidates,
        people=doers,
        per_person=draw(st.integers(1, 3)),
        in_all=draw(st.integers(1, 4)),
        freezes=draw(st.lists(frozen, max_size=2)),
        kept=kept,
        taken={key: min(number, 1) for key, number in taken.items()},
        taken_in_all=dict.fromkeys(in_all, 1),
        clean_up_days=draw(st.integers(1, 7)),
    )


def _needs(below: int) -> Any:
    keys = st.sampled_from([*range(1, max(2, below)), 100])
    return st.one_of(st.just(frozenset()), st.frozensets(keys, max_size=2))


def _candidate(draw: Any, key: int, first: date, size: int, people: list[int], environments: Any) -> Candidate:
    urgency = draw(st.sampled_from([Urgency.NONE, Urgency.NONE, Urgency.NONE, *Urgency]))
    due_on = first + timedelta(days=draw(st.integers(-2, size + 5)))
    if urgency is Urgency.OVERDUE:
        due_on = first - timedelta(days=draw(st.integers(1, 50)))
    owner = draw(st.one_of(st.none(), st.sampled_from(people)))
    backup = draw(st.one_of(st.none(), st.sampled_from(people)))
    planned = draw(st.one_of(st.none(), st.none(), st.integers(0, size).map(lambda n: first + timedelta(days=n))))
    return Candidate(
        key,
        f"secret/{key:02}",
        draw(environments),
        draw(st.sampled_from(["stripe", "aws"])),
        owner,
        backup if backup != owner else None,
        None if urgency is Urgency.NO_DATE else due_on,
        urgency,
        draw(_needs(key + 1)) if draw(st.booleans()) else frozenset(),
        planned,
    )
