"""Dates alone: when the next rotation is, and how a secret stands on a day."""

from datetime import date

import pytest

from inventory.policy import next_rotation_on, standing

HARD_DAYS = [
    (date(2024, 2, 29), 365, date(2025, 2, 28)),  # from a leap day
    (date(2023, 2, 28), 366, date(2024, 2, 29)),  # onto a leap day
    (date(2024, 2, 28), 1, date(2024, 2, 29)),
    (date(2023, 2, 28), 1, date(2023, 3, 1)),
    (date(2100, 2, 28), 1, date(2100, 3, 1)),  # a century without a leap day
    (date(2026, 12, 31), 1, date(2027, 1, 1)),  # over the year's end
    (date(2026, 10, 3), 90, date(2027, 1, 1)),
    (date(2026, 3, 28), 1, date(2026, 3, 29)),  # clocks go forward in Berlin
    (date(2026, 10, 24), 2, date(2026, 10, 26)),  # and back
    (date(2026, 1, 31), 30, date(2026, 3, 2)),
    (date(9999, 12, 30), 1, date(9999, 12, 31)),  # the calendar's end
    (date(9999, 12, 31), 1, None),
    (date(2026, 7, 14), 10**9, None),
    (date(2026, 7, 14), None, None),  # no interval
    (None, 90, None),  # never rotated
    (None, None, None),
]


@pytest.mark.parametrize(("last", "days", "expected"), HARD_DAYS)
def test_the_next_rotation_is_whole_days_after_the_last(
    last: date | None, days: int | None, expected: date | None
) -> None:
    assert next_rotation_on(last_rotated_on=last, interval_days=days) == expected


TODAY = date(2026, 7, 14)
BOUNDS = [
    (date(2026, 7, 13), "overdue"),  # the day after the due date
    (date(2026, 7, 14), "due_soon"),  # the due date itself is on time
    (date(2026, 7, 15), "due_soon"),
    (date(2026, 8, 12), "due_soon"),
    (date(2026, 8, 13), "due_soon"),  # day 30
    (date(2026, 8, 14), "on_schedule"),  # day 31
    (date.max, "on_schedule"),
    (date.min, "overdue"),
    (None, "no_date"),
]


@pytest.mark.parametrize(("due", "expected"), BOUNDS)
def test_the_standing_changes_on_the_right_day(due: date | None, expected: str) -> None:
    assert standing(next_rotation_on=due, today=TODAY) == expected


@pytest.mark.parametrize(("today", "expected"), [(date(2028, 2, 28), "due_soon"), (date(2028, 2, 29), "due_soon")])
def test_a_leap_day_is_a_day_like_others(today: date, expected: str) -> None:
    assert standing(next_rotation_on=date(2028, 3, 29), today=today) == expected


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (date(2026, 7, 13), "overdue"),  # the waiver ended yesterday
        (date(2026, 7, 14), "waived"),  # its last day counts
        (date(2026, 7, 15), "waived"),
        (None, "overdue"),
    ],
)
def test_a_waiver_holds_to_its_last_day(until: date | None, expected: str) -> None:
    assert standing(next_rotation_on=date(2026, 7, 1), today=TODAY, waived_until=until) == expected


@pytest.mark.parametrize("until", [None, date(2026, 7, 15)])
@pytest.mark.parametrize("due", [due for due, _ in BOUNDS])
def test_a_compromised_secret_is_to_be_rotated_now(due: date | None, until: date | None) -> None:
    assert standing(next_rotation_on=due, today=TODAY, compromised=True, waived_until=until) == "rotate_now"
