"""The ladder as rows: what a new register begins with, and what is refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from audit.acts import acting
from rotations.first_rungs import set_first_rungs
from rotations.models import ReminderRung
from tests.factories import make_environment, make_type


def rungs(clock: str) -> list[tuple[int, int, int | None]]:
    found = ReminderRung.objects.filter(clock=clock).order_by("days")
    return list(found.values_list("days", "steps", "repeat_days"))


def test_a_new_register_reminds_as_the_document_says(db):
    assert rungs("due") == [(-30, 1, None), (-7, 1, None), (0, 2, None), (1, 3, None), (7, 4, 7)]
    assert rungs("clean_up") == [(0, 1, None), (1, 3, 7)]
    assert (rungs("no_date"), rungs("no_owner")) == ([(0, 1, None), (7, 2, 7)], [(0, 1, None), (7, 3, 7)])


def test_rungs_that_people_removed_do_not_come_back(db):
    with acting(actor=None, source="system", reason="Nobody wants them"):
        ReminderRung.objects.all().delete()

    set_first_rungs()

    assert ReminderRung.objects.count() == 0


def test_a_rung_stands_once_in_each_ladder(db):
    kind, place = make_type(), make_environment()

    def problems(**fields: object) -> list[str]:
        try:
            ReminderRung(**{"label": "Again", "days": -7} | fields).full_clean()
        except ValidationError as error:
            return error.messages
        return []

    assert problems() == ["This ladder has a rung on that day."]
    assert [problems(type=kind), problems(environment=place), problems(days=-8), problems(clock="no_date")] == [[]] * 4
    assert problems(clock="clean_up", days=3, type=kind) == [
        "A clean-up is of a rotation, of several types, maybe: leave the type empty."
    ]
    assert problems(days=-8, repeat_days=0) == ["Repeat it after 1 day at least, or leave this empty."]


@pytest.mark.parametrize("steps", [0, 21])
def test_a_rung_tells_somebody(db, steps: int):
    with pytest.raises(ValidationError) as refused:
        ReminderRung(label="Nobody", days=5, steps=steps).full_clean()

    words = "Tell at least one step of the escalation path, and at most 20."
    assert refused.value.messages == [words]
