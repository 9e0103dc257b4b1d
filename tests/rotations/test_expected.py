"""When rotations are to be expected: by the interval, from what is due or planned, and never where a plan stands."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotations.expected import expected_days

TODAY = date(2026, 7, 14)
DAY = timedelta(days=1)
DAYS = st.dates(date(2023, 1, 1), date(2030, 1, 1))


def expected(due_on=None, interval_days=90, planned=(), after=TODAY, until=TODAY + 365 * DAY) -> list[date]:
    days = expected_days(due_on=due_on, interval_days=interval_days, planned=planned, after=after, until=until)
    return list(days)


def from_today(*days: int) -> list[date]:
    return [TODAY + day * DAY for day in days]


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        ({"due_on": TODAY + 10 * DAY}, [100, 190, 280]),
        ({"due_on": TODAY}, [90, 180, 270, 360]),
        # Overdue: the grid goes on, and what has passed is not expected any more.
        ({"due_on": TODAY - 100 * DAY}, [80, 170, 260, 350]),
        # Planned on time, early and late: from there the interval counts anew.
        ({"due_on": TODAY + 10 * DAY, "planned": from_today(10)}, [100, 190, 280]),
        ({"due_on": TODAY + 10 * DAY, "planned": from_today(3)}, [93, 183, 273, 363]),
        ({"due_on": TODAY + 10 * DAY, "planned": from_today(30)}, [120, 210, 300]),
        # A step that is planned becomes firm and the following ones move along; two plans are two steps.
        ({"due_on": TODAY + 10 * DAY, "planned": from_today(10, 95)}, [185, 275, 365]),
        # A plan so late that a due day lies more than half an interval before it does not stand for that day.
        ({"due_on": TODAY + 10 * DAY, "planned": from_today(200)}, [100, 290]),
        ({"due_on": TODAY + 10 * DAY, "planned": from_today(145)}, [235, 325]),
        ({"due_on": TODAY + 10 * DAY, "planned": from_today(146)}, [100, 236, 326]),
        ({"planned": from_today(20)}, [110, 200, 290]),
        ({"planned": from_today(-20)}, [70, 160, 250, 340]),
        ({}, []),
        ({"due_on": TODAY + 10 * DAY, "interval_days": 400}, []),
        ({"due_on": TODAY + 10 * DAY, "interval_days": 2**40}, []),
        ({"due_on": TODAY + 10 * DAY, "planned": from_today(10), "interval_days": 2**40}, []),
    ],
)
def test_days_are_expected_by_the_interval_from_what_is_due_or_planned(facts, days):
    assert expected(**facts) == from_today(*days)


def test_leap_days_are_days_like_others():
    days = expected(due_on=date(2023, 12, 1), after=date(2023, 12, 1), until=date(2024, 12, 1))

    assert days == [date(2024, 2, 29), date(2024, 5, 29), date(2024, 8, 27), date(2024, 11, 25)]


def test_the_end_of_the_calendar_ends_the_days():
    end = date(9999, 12, 31)

    assert expected(due_on=end - 100 * DAY, after=end - 200 * DAY, until=end) == [end - 10 * DAY]
    assert expected(planned=[end], after=end - 200 * DAY, until=end) == []
    assert expected(due_on=date(1, 1, 2), planned=[date(1, 1, 1)], after=date(1, 1, 1), until=date(1, 3, 1)) == []


@settings(max_examples=100, deadline=None)
@given(
    due_on=st.none() | DAYS,
    interval_days=st.integers(1, 800),
    planned=st.lists(DAYS, max_size=4),
    after=DAYS,
    until=st.integers(0, 400),
)
def test_no_day_is_expected_that_is_told_already_and_none_is_forgotten(due_on, interval_days, planned, after, until):
    asked = {"due_on": due_on, "interval_days": interval_days, "after": after, "until": after + until * DAY}

    days = expected(planned=planned, **asked)

    interval, grace = interval_days * DAY, interval_days // 2 * DAY
    assert all(after < day <= asked["until"] for day in days)
    assert days == sorted(set(days))
    # Nothing is told twice: not at the first due day, nor at, or up to half an interval before, a plan that covers it.
    assert not set(days) & (set(planned) | ({due_on} if not planned else set()))
    assert not [day for day in days for plan in planned if plan - grace <= day <= plan and day < plan + interval]
    # Each follows another one, a plan or the first due day by one interval.
    assert all((day - interval) in {*days, *planned, due_on} or day - interval <= after for day in days)
    # Without a plan there is one each interval; with the last plan they go on after it.
    start = max(planned) if planned else due_on
    if start is not None:
        from_there = [start + step * interval for step in range(1, (asked["until"] - start) // interval + 1)]
        assert [day for day in days if day > start] == [day for day in from_there if day > after]


@settings(max_examples=50, deadline=None)
@given(due_on=DAYS, interval_days=st.integers(1, 400), number=st.integers(1, 3))
def test_what_is_planned_on_its_expected_day_becomes_firm_and_moves_nothing_else(due_on, interval_days, number):
    asked = {"due_on": due_on, "interval_days": interval_days, "after": due_on, "until": due_on + 1200 * DAY}
    before = expected(**asked)

    firm = [due_on, *before[:number]]

    assert expected(planned=firm, **asked) == before[number:]
