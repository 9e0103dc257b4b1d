from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from audit import relative_dates

TODAY = date(2026, 7, 14)
NOW = datetime(2026, 7, 14, 14, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-6, "6 days overdue"),
        (-1, "1 day overdue"),
        (0, "Today"),
        (1, "Tomorrow"),
        (2, "in 2 days"),
        (30, "in 30 days"),
        (31, "in 4 weeks"),
        (91, "in 13 weeks"),
        (100, "in 3 months"),
        (365, "in 12 months"),
    ],
)
def test_a_day_to_come_is_said_as_people_count(days: int, words: str) -> None:
    assert relative_dates.until(TODAY + timedelta(days=days), TODAY) == words


def test_days_are_counted_over_a_leap_day() -> None:
    assert relative_dates.until(date(2028, 3, 1), date(2028, 2, 28)) == "in 2 days"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "yesterday"),
        (30, "30 days ago"),
        (70, "10 weeks ago"),
        (200, "7 months ago"),
        (-1, "tomorrow"),
        (-3, "in 3 days"),
    ],
)
def test_a_past_day_is_said_as_people_count(days: int, words: str) -> None:
    assert relative_dates.since(TODAY - timedelta(days=days), TODAY) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (1, "yesterday"), (6, "2026-07-08, 6 days ago"), (-2, "2026-07-16, in 2 days")],
)
def test_a_past_day_is_named_by_its_date_unless_it_is_near(days: int, words: str) -> None:
    assert relative_dates.past_day(TODAY - timedelta(days=days), TODAY) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW, "just now"),
        (NOW - timedelta(seconds=61), "1 minute ago"),
        (NOW - timedelta(minutes=59), "59 minutes ago"),
        (NOW - timedelta(minutes=60), "today 13:08"),
        (NOW - timedelta(hours=15), "yesterday 23:08"),
        (NOW - timedelta(days=6), "2026-07-08, 6 days ago"),
        (NOW + timedelta(minutes=5), "today 14:13"),
    ],
)
def test_an_instant_is_said_the_shorter_the_nearer(moment: datetime, words: str) -> None:
    assert relative_dates.past_instant(moment, NOW) == words


def test_an_instant_just_before_midnight_is_yesterday_where_people_are() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    moment = datetime(2026, 7, 13, 21, 59, tzinfo=UTC).astimezone(berlin)
    now = datetime(2026, 7, 13, 23, 0, tzinfo=UTC).astimezone(berlin)

    assert relative_dates.past_instant(moment, now) == "yesterday 23:59"


@pytest.mark.parametrize(
    ("number", "nouns", "words"),
    [(1, ("day",), "1 day"), (2, ("day",), "2 days"), (0, ("entry", "entries"), "0 entries")],
)
def test_a_number_takes_its_noun(number: int, nouns: tuple[str, ...], words: str) -> None:
    assert relative_dates.counted(number, *nouns) == words
