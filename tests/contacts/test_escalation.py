"""Whom to call, in which order and why: every gap is named, nobody is called twice, those away are passed over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.acts import acting
from audit.models import ChangeSet
from contacts.escalation import call_order, next_call, standing_order
from contacts.models import Absence, EscalationStep, Person
from tests.factories import TODAY, make_person, make_team, make_titled_role

pytestmark = pytest.mark.django_db


def _steps(*steps: dict) -> None:
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        for position, step in enumerate(steps):
            EscalationStep.objects.create(position=position, **step)


def _away(person: Person, *, first: int = 0, last: int = 0) -> None:
    days = {"first_on": TODAY + timedelta(days=first), "last_on": TODAY + timedelta(days=last)}
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        Absence.objects.create(person=person, **days)


def _order(**who):
    return call_order(**{"owner": None, "backup_owner": None, "team": None, "today": TODAY} | who)


def _said(calls) -> list[tuple[int, str, str]]:
    return [(call.step, call.reason, call.gap or call.person.name) for call in calls]


def test_people_are_called_in_the_order_of_the_path_each_with_a_reason(owner: Person, backup_owner: Person):
    lead, chief = make_person(name="Lea Lead"), make_person(name="Cem Chief")
    team = make_team(name="DevOps", lead=lead)
    role = make_titled_role(title="CTO", person=chief)
    _steps(
        {"kind": "owner"}, {"kind": "backup_owner"}, {"kind": "team_lead"}, {"kind": "titled_role", "titled_role": role}
    )

    calls = _order(owner=owner, backup_owner=backup_owner, team=team)

    assert _said(calls) == [
        (1, "Primary owner", "Olga Owner"),
        (2, "Backup owner", "Ben Backup"),
        (3, "Team lead, DevOps", "Lea Lead"),
        (4, "CTO", "Cem Chief"),
    ]
    assert next_call(calls).person == owner


def test_every_gap_is_named():
    empty = make_team(name="Nobodies")
    role = make_titled_role(title="CTO")
    _steps(
        {"kind": "owner"},
        {"kind": "backup_owner"},
        {"kind": "team_lead"},
        {"kind": "team", "team": empty},
        {"kind": "titled_role", "titled_role": role},
    )

    calls = _order()

    assert [call.gap for call in calls] == [
        "No owner",
        "No backup owner",
        "No team, so no team lead",
        "Nobody is in Nobodies",
        "Nobody is CTO",
    ]
    assert next_call(calls) is None


def test_a_team_without_a_lead_is_a_gap_of_the_team():
    _steps({"kind": "team_lead"})

    assert [call.gap for call in _order(team=make_team(name="DevOps"))] == ["DevOps has no lead"]


def test_somebody_who_left_is_named_and_not_called(owner: Person):
    left = make_person(name="Lea Left", is_active=False)
    _steps({"kind": "owner"}, {"kind": "backup_owner"})

    calls = _order(owner=left, backup_owner=owner)

    assert (calls[0].gap, calls[0].is_open) == ("Lea Left is no longer active", False)
    assert next_call(calls).person == owner


def test_who_comes_twice_is_called_once(owner: Person):
    _steps({"kind": "owner"}, {"kind": "team_lead"})

    calls = _order(owner=owner, team=make_team(lead=owner))

    assert [(call.step, call.already, call.is_open) for call in calls] == [(1, None, True), (2, 1, False)]


@pytest.mark.parametrize(
    ("first", "last", "away"), [(-1, -1, False), (-1, 0, True), (0, 0, True), (0, 1, True), (1, 1, False)]
)
def test_somebody_is_away_from_the_first_to_the_last_day(owner: Person, first: int, last: int, away: bool):
    _away(owner, first=first, last=last)
    _steps({"kind": "owner"})

    assert _order(owner=owner)[0].away_until == (TODAY + timedelta(days=last) if away else None)


def test_of_two_absences_the_longer_one_counts(owner: Person):
    _away(owner, last=9)
    _away(owner, last=3)
    _steps({"kind": "owner"})

    assert _order(owner=owner)[0].away_until == TODAY + timedelta(days=9)


def test_of_a_team_the_lead_is_called_and_its_members_where_the_lead_cannot_be(owner: Person, backup_owner: Person):
    team = make_team(name="Security", lead=owner)
    for person in (owner, backup_owner, make_person(name="Lea Left", is_active=False)):
        with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
            person.team = team
            person.save()
    _steps({"kind": "team", "team": team})
    assert _said(_order()) == [(1, "Lead of Security", "Olga Owner")]

    _away(owner, last=1)

    assert _said(_order()) == [(1, "Lead of Security", "Olga Owner"), (1, "Security", "Ben Backup")]
    assert next_call(_order()).person == backup_owner


def test_without_a_secret_what_depends_on_one_is_left_open(owner: Person):
    role = make_titled_role(title="CTO", person=owner)
    _steps({"kind": "owner"}, {"kind": "team_lead"}, {"kind": "titled_role", "titled_role": role})

    calls = standing_order(today=TODAY)

    assert [(call.reason, call.depends, call.person) for call in calls] == [
        ("Primary owner", True, None),
        ("Team lead", True, None),
        ("CTO", False, owner),
    ]


def test_without_a_path_nobody_is_called():
    assert (_order(), standing_order(today=TODAY)) == ([], [])


@pytest.mark.parametrize("number", [1, 3, 20])
def test_the_order_costs_three_queries_however_long_it_is(django_assert_num_queries, owner: Person, number: int):
    for _ in range(number):
        team = make_team()
        make_person(team=team)
        _steps({"kind": "team", "team": team}, {"kind": "owner"})

    with django_assert_num_queries(3):
        _order(owner=owner)
