from datetime import date

import pytest

from documents.markdown.dates import UnclearDateError, read_date, read_interval

JULY_14 = date(2026, 7, 14)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-07-14", "2026/07/14", "2026.7.14", " 2026-07-14 ", "2026-07-14T10:00:00Z", "2026-07-14 10:00"),
        *("14 July 2026", "14 Jul 2026", "14th July, 2026", "July 14, 2026", "Jul 14th 2026", "14-Jul-2026"),
        *("Tue, 14 Jul 2026", "Tuesday 14 July 2026", "14.07.2026", "14/07/2026", "07/14/2026", "✅ 2026-07-14"),
    ],
)
def test_read_date_takes_what_means_one_day(text):
    assert read_date(text) == JULY_14


def test_read_date_takes_equal_day_and_month():
    assert read_date("07/07/2026") == date(2026, 7, 7)


@pytest.mark.parametrize("text", ["07/08/2026", "7.8.2026", "07-08-2026"])
def test_read_date_refuses_what_may_be_two_days(text):
    with pytest.raises(UnclearDateError) as refused:
        read_date(text)

    assert str(refused.value) == "This date may be two different days. Write it as 2026-07-14: year, month, day."


@pytest.mark.parametrize("text", ["2026-02-30", "31.06.2026", "29 February 2026", "99/99/2026"])
def test_read_date_refuses_a_day_that_is_not(text):
    with pytest.raises(UnclearDateError) as refused:
        read_date(text)

    assert str(refused.value) == "There is no such day. Write the date as 2026-07-14: year, month, day."


@pytest.mark.parametrize("text", ["soon", "July 2026", "14.07.26", "Q3 2026", "2026", "14 July", "٢٠٢٦-٠٧-١٤", ""])
def test_read_date_refuses_what_names_no_day(text):
    with pytest.raises(UnclearDateError) as refused:
        read_date(text)

    assert str(refused.value) == "This is no date. Write it as 2026-07-14: year, month, day."


@pytest.mark.parametrize(
    ("text", "days", "exact"),
    [
        ("Every 90 days", 90, True),
        ("90-day rotation", 90, True),
        ("every 2 weeks", 14, True),
        ("Weekly", 7, True),
        ("Every 6 months", 180, False),
        ("Quarterly", 90, False),
        ("Every year", 365, False),
        ("Not by date", None, True),
        ("On demand", None, True),
    ],
)
def test_read_interval_counts_days(text, days, exact):
    assert read_interval(text) == (days, exact)


@pytest.mark.parametrize("text", ["often", "every 0 days", "ninety days"])
def test_read_interval_refuses_other_words(text):
    with pytest.raises(ValueError, match="Say the interval in days"):
        read_interval(text)
