"""When a rung is reached, and who is told: dates and days only."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from rotations.first_rungs import RUNGS
from rotations.ladder import Band, Rung, Seat, Told, bands, caught_up, most_specific, reached, told

LADDER = [Rung(days, label, steps, again) for clock, days, label, steps, again in RUNGS if clock == "due"]
DUE = date(2028, 2, 29)
ANY_DAY = some.dates(date(2026, 1, 1), date(2030, 12, 31))


def reached_on(day: date) -> int | None:
    band = reached(LADDER, due_on=DUE, today=day)
    return band.days if band is not None else None


@pytest.mark.parametrize(
    ("after", "days"),
    [
        (-31, None),
        (-30, -30),
        (-8, -30),
        (-7, -7),
        (-1, -7),
        (0, 0),
        (1, 1),
        (6, 1),
        (7, 7),
        (13, 7),
        (14, 14),
        (377, 371),
    ],
)
def test_the_latest_rung_counts_and_the_last_one_comes_every_week(after: int, days: int | None):
    assert reached_on(DUE + timedelta(days=after)) == days


@pytest.mark.parametrize(
    ("due_on", "a_month_before"),
    [
        (date(2028, 3, 29), date(2028, 2, 28)),  # a leap day between
        (date(2027, 3, 29), date(2027, 2, 27)),
        (date(2026, 4, 10), date(2026, 3, 11)),  # clocks go forward between
        (date(2026, 11, 10), date(2026, 10, 11)),  # clocks go back between
        (date(2027, 1, 5), date(2026, 12, 6)),
    ],
)
def test_days_are_days_of_the_calendar(due_on: date, a_month_before: date):
    before = reached(LADDER, due_on=due_on, today=a_month_before - timedelta(days=1))
    then = reached(LADDER, due_on=due_on, today=a_month_before)

    assert (before, then.days if then else None) == (None, -30)


def test_bands_are_the_due_dates_of_each_rung():
    today = date(2026, 7, 14)

    assert bands(LADDER, today=today, earliest=date(2026, 6, 25)) == [
        Band(-30, "A month before", 1, date(2026, 7, 22), date(2026, 8, 13)),
        Band(-7, "A week before", 1, date(2026, 7, 15), date(2026, 7, 21)),
        Band(0, "On the day", 2, date(2026, 7, 14), date(2026, 7, 14)),
        Band(1, "A day after", 3, date(2026, 7, 8), date(2026, 7, 13)),
        Band(7, "A week after, then weekly", 4, date(2026, 7, 1), date(2026, 7, 7)),
        Band(14, "A week after, then weekly", 4, date(2026, 6, 25), date(2026, 6, 30)),
    ]


RUNGS_OF_ANY_LADDER = some.lists(
    some.builds(
        Rung,
        days=some.integers(-60, 60),
        label=some.just("x"),
        steps=some.integers(1, 5),
        repeat_days=some.one_of(some.none(), some.integers(1, 20)),
    ),
    max_size=6,
    unique_by=lambda rung: rung.days,
)


@given(rungs=RUNGS_OF_ANY_LADDER, today=ANY_DAY, after=some.integers(-90, 200))
@settings(max_examples=60)
def test_bands_say_of_every_due_date_what_is_said_of_it_alone(rungs: list[Rung], today: date, after: int):
    due_on = today - timedelta(days=after)

    found = [band for band in bands(rungs, today=today, earliest=due_on) if band.first_due <= due_on <= band.last_due]

    alone = reached(rungs, due_on=due_on, today=today)
    assert [(band.days, band.steps) for band in found] == ([(alone.days, alone.steps)] if alone else [])


def test_the_most_specific_ladder_counts():
    ladders = {
        ("due", None, None): "all",
        ("due", None, "prod"): "prod",
        ("due", 1, None): "keys",
        ("due", 1, "prod"): "keys in prod",
    }

    def ladder(kind: int | None, environment: str, clock: str = "due") -> str | None:
        return most_specific(ladders, clock=clock, kind=kind, environment=environment)

    assert [ladder(1, "prod"), ladder(1, "dev"), ladder(2, "prod"), ladder(None, "dev")] == [
        "keys in prod",
        "keys",
        "prod",
        "all",
    ]
    assert ladder(1, "prod", clock="clean_up") is None


OWNER, BACKUP, LEAD, FIRST, SECOND, LAST = range(1, 7)
PATH = [
    Seat(1, OWNER, "You own it."),
    Seat(2, BACKUP, "You back it up."),
    Seat(3, LEAD, "You lead Ops."),
    Seat(4, FIRST, "You are in Security."),
    Seat(4, SECOND, "You are in Security."),
]


def without(path: list[Seat], *away: int) -> list[Seat]:
    return [Seat(seat.step, seat.person, seat.why, f"P{seat.person} is away" * (seat.person in away)) for seat in path]


def people(seats: list[Seat], steps: int) -> list[int]:
    return [each.person for each in told(seats, steps=steps)]


def test_each_step_tells_one_more():
    assert [people(PATH, steps) for steps in (1, 2, 3, 4, 9)] == [
        [OWNER],
        [OWNER, BACKUP],
        [OWNER, BACKUP, LEAD],
        [OWNER, BACKUP, LEAD, FIRST, SECOND],
        [OWNER, BACKUP, LEAD, FIRST, SECOND],
    ]


def test_the_next_one_stands_in_and_is_told_for_whom():
    assert told(without(PATH, OWNER), steps=1) == [Told(BACKUP, "You back it up. P1 is away.")]
    assert told(without(PATH, OWNER, BACKUP), steps=2) == [
        Told(LEAD, "You lead Ops. P1 is away. P2 is away."),
        Told(FIRST, "You are in Security."),
        Told(SECOND, "You are in Security."),
    ]


def test_gaps_are_named_and_nobody_is_told_where_nobody_is_left():
    gap = Seat(1, None, "", "No owner")

    assert told([gap, Seat(2, BACKUP, "You back it up.")], steps=1) == [Told(BACKUP, "You back it up. No owner.")]
    assert told([gap, *without(PATH[1:], BACKUP, LEAD, FIRST, SECOND)], steps=2) == []


def test_who_comes_twice_is_told_once_and_no_further_step_for_it():
    path = [Seat(1, OWNER, "You own it."), Seat(2, OWNER, "You lead Ops."), Seat(3, LAST, "You are CTO.")]

    assert people(path, 2) == [OWNER]


def test_a_message_stands_for_what_was_not_sent():
    assert caught_up(LADDER, days=21, told=0) == [1, 7, 14, 21]
    assert caught_up(LADDER, days=0, told=-30) == [-7, 0]
    assert caught_up(LADDER, days=7, told=None) == [7]


# A secret over years: due dates that move with rotations, days without a run, absences.


@given(data=some.data())
@settings(max_examples=40)
def test_over_years_each_rung_is_told_once_late_or_not_and_only_to_who_is_there(data: some.DataObject):
    today = data.draw(ANY_DAY)
    due_on = today + timedelta(days=data.draw(some.integers(0, 60)))
    days = data.draw(some.integers(60, 400))
    missed = data.draw(some.sets(some.integers(0, days), max_size=days // 3))
    away = {
        who: (start, start + data.draw(some.integers(0, 40)))
        for who in (OWNER, BACKUP, LEAD)
        for start in [data.draw(some.integers(0, days))]
    }
    rotated = data.draw(some.sets(some.integers(1, days), max_size=3))
    sent: dict[tuple[int, date], list[int]] = {}

    for day in range(days):
        if day in rotated:
            due_on = today + timedelta(days=90)
        if day not in missed:
            gone = [who for who, (first, last) in away.items() if first <= day <= last]
            _run_of(today, due_on, without(PATH, *gone), sent, gone)
        today += timedelta(days=1)


def _run_of(today: date, due_on: date, seats: list[Seat], sent: dict[tuple[int, date], list[int]], gone: list[int]):
    """Tell everybody as the register does, and check what must hold at the end of each day."""
    band = reached(LADDER, due_on=due_on, today=today)
    if band is None:
        assert (due_on - today).days > 30  # what was rotated is not spoken of
        return
    for each in told(seats, steps=band.steps):
        before = sent.setdefault((each.person, due_on), [])
        if band.days not in before:
            assert before == [] or before[-1] < band.days  # the order never goes back
            stands_for = caught_up(LADDER, days=band.days, told=before[-1] if before else None)
            between = list(range(before[-1] + 1 if before else band.days, band.days + 1))
            assert stands_for == [step for step in between if _is_rung(step)]  # none is lost
            before.append(band.days)
        assert each.person not in gone
        assert before[-1] == band.days  # everybody knows of the latest one
        assert len(before) == len(set(before))
    assert told(seats, steps=band.steps) != []


def _is_rung(days: int) -> bool:
    return days in (-30, -7, 0, 1) or (days >= 7 and days % 7 == 0)
