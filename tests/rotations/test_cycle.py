"""The steps from one rotation to the next."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from contacts.working_days import next_working_day
from rotations.cycle import Step, steps
from tests.factories import TODAY

OFFSETS = [("7 day notice", 7), ("30 day notice", 30), ("Clean-up", -1)]


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("next_in", "tones"),
    [
        (31, ["is-now", "", "", "", ""]),
        (30, ["is-now", "is-now", "", "", ""]),
        (8, ["is-now", "is-now", "", "", ""]),
        (7, ["is-now", "is-now", "is-now", "", ""]),
        (1, ["is-now", "is-now", "is-now", "", ""]),
        (0, ["is-now", "is-now", "is-now", "is-now", ""]),
        (-1, ["is-now", "is-now", "is-now", "is-bad", ""]),
        (-90, ["is-now", "is-now", "is-now", "is-bad", ""]),
    ],
)
def test_a_step_is_marked_from_its_day_on(next_in: int, tones: list[str]) -> None:
    found = steps(last=day(-60), next_on=day(next_in), offsets=OFFSETS, today=TODAY)

    assert [step.tone for step in found] == tones
    dated = [*(day(next_in - days) for days in (30, 7, 0)), next_working_day(day(next_in + 1))]
    assert [step.on for step in found] == [day(-60), *dated]


def test_the_due_day_that_passed_is_missed() -> None:
    found = steps(last=day(-90), next_on=day(-1), offsets=[], today=TODAY)

    assert found == [Step("Rotated", day(-90), "is-now"), Step("Due, missed", day(-1), "is-bad")]


def test_without_a_date_the_gap_is_named() -> None:
    assert steps(last=None, next_on=None, offsets=OFFSETS, today=TODAY) == [
        Step("Never recorded", None, "is-warn"),
        Step("No due date", None, "is-warn"),
    ]


def test_a_step_beyond_the_calendar_is_left_out() -> None:
    found = steps(last=day(0), next_on=date.max, offsets=OFFSETS, today=TODAY)

    assert [step.words for step in found] == ["Rotated", "30 day notice", "7 day notice", "Due"]
