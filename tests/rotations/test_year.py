from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from audit.models import User
from rotations.year import Week, year_of
from tests.factories import TODAY, make_rotation, make_secret

MONDAY = date(2026, 7, 13)


def week_of(monday: date, today: date = TODAY) -> Week:
    [week] = [week for month in year_of(today) for week in month.weeks if week.monday == monday]
    return week


def rotated(secret: Any, on: date) -> None:
    make_rotation(state="complete", completed_on=on, secrets=(secret,))


@pytest.mark.parametrize(("year", "weeks", "first"), [(2026, 53, date(2025, 12, 29)), (2027, 52, date(2027, 1, 4))])
def test_a_year_has_twelve_months_of_weeks(db: None, year: int, weeks: int, first: date) -> None:
    months = year_of(date(year, 7, 14))

    mondays = [week.monday for month in months for week in month.weeks]
    assert " ".join(month.name for month in months) == "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
    assert (len(mondays), mondays[0]) == (weeks, first)
    assert all(later - sooner == timedelta(days=7) for sooner, later in zip(mondays, mondays[1:], strict=False))


def test_a_week_belongs_to_the_month_of_its_thursday(db: None) -> None:
    [april] = [month for month in year_of(TODAY) if month.name == "Apr"]

    assert [week.monday for week in april.weeks] == [
        date(2026, 3, 30),
        date(2026, 4, 6),
        date(2026, 4, 13),
        date(2026, 4, 20),
        date(2026, 4, 27),
    ]


def test_what_was_rotated_stands_in_its_week(db: None) -> None:
    for day in (date(2026, 6, 29), date(2026, 7, 5)):
        rotated(make_secret(), day)

    week = week_of(date(2026, 6, 29))

    assert (week.kind, week.number, week.words) == ("done", 2, "2 rotated")


def test_a_secret_is_late_in_the_week_it_was_due(db: None) -> None:
    make_secret(next_rotation_on=date(2026, 7, 8))
    make_secret(next_rotation_on=date(2026, 7, 8), waived_until=TODAY + timedelta(days=60))
    rotated(make_secret(), date(2026, 7, 7))

    week = week_of(date(2026, 7, 6))

    assert (week.kind, week.number, week.words) == ("late", 1, "1 rotated, 1 overdue")


def test_a_waived_secret_comes_when_its_waiver_ends(db: None) -> None:
    make_secret(next_rotation_on=date(2026, 7, 8), waived_until=date(2026, 9, 12))

    assert (week_of(date(2026, 7, 6)).kind, week_of(date(2026, 9, 7)).words) == ("", "1 due or planned")


def test_a_planned_secret_stands_on_its_planned_day_alone(db: None) -> None:
    secret = make_secret(next_rotation_on=date(2026, 9, 10))
    make_rotation(secrets=(secret,), planned_on=date(2026, 9, 1))

    assert (week_of(date(2026, 8, 31)).kind, week_of(date(2026, 9, 7)).kind) == ("plan", "")


def test_this_week_holds_what_was_done_and_what_is_to_come(db: None) -> None:
    rotated(make_secret(), MONDAY)
    make_secret(next_rotation_on=TODAY)
    make_secret(next_rotation_on=MONDAY)

    week = week_of(MONDAY)

    assert (week.kind, week.number) == ("now", 3)
    assert week.words == "this week, 1 rotated, 1 overdue, 1 due or planned"


def test_drafts_retired_and_compromised_secrets_are_not_to_come(db: None) -> None:
    day = date(2026, 9, 10)
    make_rotation(secrets=(make_secret(),), state="draft")
    make_secret(next_rotation_on=day, status="retired")
    make_secret(next_rotation_on=day, status="compromised")

    assert week_of(date(2026, 9, 7)).words == "nothing"


@pytest.mark.parametrize("number", [1, 3, 20])
def test_a_year_costs_four_queries(
    security: User, django_assert_num_queries: Callable[[int], Any], number: int
) -> None:
    for days in range(number):
        secret = make_secret(next_rotation_on=TODAY + timedelta(days=days))
        make_rotation(secrets=(secret,), planned_on=TODAY)

    with django_assert_num_queries(4):
        year_of(TODAY)
