"""What the record of a secret should hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inventory.record_check import checks
from tests.factories import TODAY, make_person, make_secret, make_team, make_type

pytestmark = pytest.mark.django_db


def gaps(secret, has_consumers=True) -> list[tuple[str, str]]:
    found = checks(secret, has_consumers=has_consumers, today=TODAY)
    return [(check.words, check.field) for check in found if not check.holds]


@pytest.fixture
def whole(owner, backup_owner):
    return {
        "owner": owner,
        "backup_owner": backup_owner,
        "team": make_team(),
        "last_rotated_on": TODAY - timedelta(days=1),
        "store_path": "kv/prod/stripe",
        "runbook_url": "https://wiki.example.org/stripe",
    }


def test_a_whole_record_has_no_gaps(whole):
    assert gaps(make_secret(**whole)) == []


@pytest.mark.parametrize(
    ("fields", "gap"),
    [
        ({"owner": None}, ("No owner", "owner")),
        ({"backup_owner": None}, ("No backup owner", "backup_owner")),
        ({"team": None}, ("No team", "team")),
        ({"last_rotated_on": None}, ("Not rotated within 90 days", "rotation")),
        ({"last_rotated_on": TODAY - timedelta(days=91)}, ("Not rotated within 90 days", "rotation")),
        ({"status": "compromised"}, ("Compromised and not marked as active again", "rotation")),
        ({"store_path": ""}, ("Nobody says where the value is kept", "store_path")),
        ({"runbook_url": ""}, ("No runbook", "runbook_url")),
    ],
)
def test_each_gap_is_named_with_what_mends_it(whole, fields, gap):
    assert gaps(make_secret(**whole | fields)) == [gap]


def test_those_who_have_left_are_gaps(whole):
    left, gone = make_person(is_active=False), make_person(is_active=False)

    secret = make_secret(**whole | {"owner": left, "backup_owner": gone})

    assert gaps(secret) == [("No owner", "owner"), ("No backup owner", "backup_owner")]


def test_the_type_lends_its_team_interval_and_runbook(whole):
    kind = make_type(name="Database", responsible_team=make_team(), runbook_url="https://wiki.example.org/db")

    assert gaps(make_secret(**whole | {"team": None, "runbook_url": "", "type": kind})) == []


def test_without_an_interval_and_consumers_both_are_named(whole):
    secret = make_secret(**whole | {"type": None})

    assert gaps(secret, has_consumers=False) == [
        ("No rotation interval", "type"),
        ("Not rotated in time", "rotation"),
        ("No consumers named", "consumers"),
    ]


def test_a_retired_secret_needs_nothing(whole):
    assert checks(make_secret(status="retired"), has_consumers=False, today=TODAY) == []
