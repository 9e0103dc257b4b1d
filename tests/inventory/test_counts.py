"""The numbers beside the list: they follow every change and agree with what their links show."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.acts import acting
from inventory.counts import Counts, Overview
from inventory.filters import SecretFilters
from inventory.list_links import views
from inventory.wanted import Wanted, chosen
from tests.factories import TODAY, make_person, make_secret

pytestmark = pytest.mark.django_db


def due(days: int):
    return TODAY + timedelta(days=days)


def test_counts_follow_every_change(owner):
    before = Counts(TODAY).overview()
    secret = make_secret(next_rotation_on=due(-1))
    changed = Counts(TODAY).overview()
    with acting(actor=None, source="system", reason="Handed over"):
        secret.owner = owner
        secret.save()
    with acting(actor=None, source="system", reason="Left"):
        owner.is_active = False
        owner.save()

    assert before == Overview(0, 0, 0, 0, 0, 0, 0, 0, 0)
    assert (changed.in_use, changed.overdue, changed.no_owner, changed.no_backup) == (1, 1, 1, 1)
    assert Counts(TODAY).overview().no_owner == 1
    assert Counts(TODAY + timedelta(days=1)).overview().overdue == 1


def test_counts_agree_with_what_their_links_show(owner, backup_owner):
    for fields in (
        {"next_rotation_on": due(-1)},
        {"next_rotation_on": due(3), "owner": owner, "backup_owner": backup_owner},
        {"next_rotation_on": due(-5), "waived_until": TODAY},
        {"next_rotation_on": due(-5), "waived_until": due(-1), "status": "deprecated"},
        {"status": "compromised", "owner": make_person(is_active=False)},
        {"status": "retired"},
        {},
    ):
        make_secret(**fields)

    shown = views(Wanted(), person=owner, counts=Counts(TODAY))

    linked = [SecretFilters(dict_of(view.query), counts=Counts(TODAY)).wanted() for view in shown]
    assert [view.count for view in shown] == [chosen(wanted, today=TODAY).count() for wanted in linked]
    assert {view.label: view.count for view in shown} == {
        "All": 6,
        "Mine": 1,
        "Compromised": 1,
        "Overdue": 2,
        "Due in 30 days": 1,
        "No date": 1,
        "No owner": 5,
        "No backup": 5,
    }


def dict_of(query: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in query.removeprefix("?").split("&") if pair)
