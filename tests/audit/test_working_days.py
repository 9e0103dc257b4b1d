"""Until when a change is to be reviewed: two working days, whatever the hour and the clock change."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.changes import midnight
from audit.working_days import first_day_on_time, review_due_on

MONDAY = date(2026, 7, 13)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("changed_on", "due_on"),
    [
        (day(0), day(2)),  # Monday: Wednesday
        (day(1), day(3)),
        (day(2), day(4)),
        (day(3), day(7)),  # Thursday: Monday
        (day(4), day(8)),  # Friday: Tuesday
        (day(5), day(8)),  # Saturday: Tuesday
        (day(6), day(8)),  # Sunday: Tuesday
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2028, 2, 28), date(2028, 3, 1)),
    ],
)
def test_a_change_is_due_on_the_second_working_day_after_it(changed_on: date, due_on: date) -> None:
    assert review_due_on(changed_on) == due_on


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (day(0), day(-4)),  # Monday: Thursday's are on time
        (day(1), day(-3)),
        (day(2), day(0)),
        (day(3), day(1)),
        (day(4), day(2)),
        (day(5), day(3)),
        (day(6), day(3)),
    ],
)
def test_changes_before_the_first_day_on_time_are_overdue(today: date, first: date) -> None:
    assert first_day_on_time(today) == first


@given(today=st.dates(date(2000, 1, 1), date(2100, 1, 1)), back=st.integers(0, 10))
def test_both_directions_agree(today: date, back: int) -> None:
    changed_on = today - timedelta(days=back)

    assert (review_due_on(changed_on) < today) == (changed_on < first_day_on_time(today))


@pytest.mark.parametrize("today", [date(2026, 3, 31), date(2026, 10, 27)])
def test_a_clock_change_on_the_way_moves_nothing(today: date) -> None:
    begins = midnight(first_day_on_time(today))

    local = timezone.localtime(begins)
    assert (local.replace(tzinfo=None), begins.utcoffset() != midnight(today).utcoffset()) == (
        datetime.combine(today - timedelta(days=4), datetime.min.time()),
        True,
    )
