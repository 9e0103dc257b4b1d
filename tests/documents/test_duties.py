"""Which due dates a secret had, and what became of each."""

from __future__ import annotations

from datetime import date

import pytest

from documents.evidence.duties import Outcome, Version, duties

AS_OF = date(2026, 6, 30)


def d(text: str | None) -> date | None:
    return date.fromisoformat(f"2026-{text}") if text else None


def v(recorded_on, last=None, due=None, *, status="active", waived=None):
    return Version(d(recorded_on), status, d(last), d(due), d(waived), "Approved" if waived else "")


def told(*versions, as_of=AS_OF):
    found = duties(versions, as_of=as_of)
    return [(f"{duty.due_on:%m-%d}", duty.outcome(as_of), duty.days_late(as_of)) for duty in found]


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([], []),
        ([v("01-01")], []),
        ([v("01-01", due="07-01")], []),
        ([v("01-01", due="06-30")], [("06-30", Outcome.DUE, 0)]),
        ([v("01-01", due="06-29")], [("06-29", Outcome.NOT_ROTATED, 1)]),
        ([v("01-01", due="04-01"), v("03-30", "03-30", "07-30")], [("04-01", Outcome.ON_TIME, 0)]),
        ([v("01-01", due="04-01"), v("04-01", "04-01", "07-30")], [("04-01", Outcome.ON_TIME, 0)]),
        ([v("01-01", due="04-01"), v("04-02", "04-02", "07-30")], [("04-01", Outcome.LATE, 1)]),
        # Done in time and entered later: the day it took place counts.
        ([v("01-01", due="04-01"), v("04-09", "04-01", "07-30")], [("04-01", Outcome.ON_TIME, 0)]),
        # A date that moved before it was reached was none; one that moved afterwards was missed.
        ([v("01-01", due="04-01"), v("03-31", due="09-01")], []),
        ([v("01-01", due="04-01"), v("04-01", due="09-01")], []),
        ([v("01-01", due="04-01"), v("04-05", due="09-01")], [("04-01", Outcome.MOVED, 4)]),
        ([v("01-01", due="04-01"), v("03-05", due="04-01", status="retired")], []),
        ([v("01-01", due="04-01"), v("04-05", due="04-01", status="retired")], [("04-01", Outcome.RETIRED, 4)]),
        # A first rotation where nothing was due meets no due date.
        ([v("01-01"), v("04-05", "04-05", "09-01")], []),
        # Other changes of the secret do not matter.
        ([v("01-01", due="04-01"), v("02-01", due="04-01"), v("04-01", "04-01", "09-01")], [("04-01", "on time", 0)]),
    ],
)
def test_a_due_date_is_met_missed_or_none(versions, expected):
    assert told(*versions) == expected


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        # Taken back: what it met is to do again.
        (
            [v("01-01", "01-01", "04-01"), v("03-30", "03-30", "06-28"), v("03-30", "01-01", "04-01")],
            [("04-01", Outcome.NOT_ROTATED, 90)],
        ),
        # Taken back and done again.
        (
            [
                v("01-01", "01-01", "04-01"),
                v("03-30", "03-30", "06-28"),
                v("03-30", "01-01", "04-01"),
                v("04-03", "04-03", "07-02"),
            ],
            [("04-01", Outcome.LATE, 2)],
        ),
        # The first one ever, taken back.
        ([v("01-01"), v("03-30", "03-30", "06-28"), v("03-30")], []),
    ],
)
def test_a_rotation_that_was_taken_back_met_nothing(versions, expected):
    assert told(*versions) == expected


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([v("01-01", due="04-01", waived="09-01")], ("04-01", Outcome.WAIVED, 0)),
        ([v("01-01", due="04-01"), v("03-01", due="04-01", waived="09-01")], ("04-01", Outcome.WAIVED, 0)),
        # Rotated while it was waived, and after the waiver ended.
        (
            [v("01-01", due="04-01", waived="05-01"), v("04-20", "04-20", "09-01", waived="05-01")],
            ("04-01", Outcome.WAIVED, 0),
        ),
        (
            [v("01-01", due="04-01", waived="05-01"), v("05-04", "05-04", "09-01", waived="05-01")],
            ("04-01", Outcome.LATE, 3),
        ),
        ([v("01-01", due="04-01", waived="06-20")], ("04-01", Outcome.NOT_ROTATED, 10)),
        # Rotated in time although it was waived.
        (
            [v("01-01", due="04-01", waived="05-01"), v("03-20", "03-20", "09-01", waived="05-01")],
            ("04-01", Outcome.ON_TIME, 0),
        ),
        # A waiver that ended before the due date covers nothing; one entered afterwards excuses nothing.
        ([v("01-01", due="04-01", waived="03-01")], ("04-01", Outcome.NOT_ROTATED, 90)),
        ([v("01-01", due="04-01"), v("04-10", due="04-01", waived="09-01")], ("04-01", Outcome.NOT_ROTATED, 90)),
    ],
)
def test_a_waiver_counts_where_it_was_entered_by_the_due_date(versions, expected):
    assert told(*versions) == [expected]


def test_a_waiver_is_told_with_its_day_and_reason():
    (duty,) = duties([v("01-01", due="04-01"), v("04-10", due="04-01", waived="09-01")], as_of=AS_OF)

    assert (duty.waived_on, duty.waived_until, duty.waived_reason) == (d("04-10"), d("09-01"), "Approved")


@pytest.mark.parametrize(
    ("versions", "touches"),
    [
        ([v("01-01", due="04-01")], True),  # unmet when the period began, and still
        ([v("01-01", due="02-01"), v("04-03", "04-03")], True),  # unmet when it began, met in it
        ([v("01-01", due="02-01"), v("03-31", "03-31")], False),  # over before it began
        ([v("01-01", due="04-05"), v("03-20", "03-20")], True),  # met before it began, due in it
        ([v("01-01", due="07-05"), v("06-20", "06-20")], False),  # due after it ended
    ],
)
def test_the_period_holds_what_fell_due_in_it_or_was_unmet_when_it_began(versions, touches):
    (duty,) = duties(versions, as_of=date(2026, 9, 30))

    assert duty.touches(date(2026, 4, 1), AS_OF) == touches
