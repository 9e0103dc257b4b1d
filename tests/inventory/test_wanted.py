"""What of the register is wanted: words, filters, and how they narrow each other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inventory.wanted import Wanted, chosen
from tests.factories import TODAY, make_person, make_secret, make_service, make_team, make_type

pytestmark = pytest.mark.django_db


def names(wanted: Wanted) -> set[str]:
    return {str(secret) for secret in chosen(wanted, today=TODAY)}


def due(days: int):
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    "text", ["stripe/sec", "stripe sec", "PROD/Stripe", "Payments secret", "olga", "@OLGA", "Ops", "ben"]
)
def test_every_word_is_looked_for_in_name_service_owners_and_team(text, owner, backup_owner):
    make_service(code="stripe", name="Payments")
    team = make_team(name="Ops")
    make_secret(name="prod/stripe/secret_key", owner=owner, backup_owner=backup_owner, team=team)
    make_secret(name="dev/redis/password")

    assert names(Wanted(q=text)) == {"prod/stripe/secret_key"}


def test_signs_of_patterns_are_looked_for_as_they_are():
    make_secret(name="prod/stripe/key_a")
    make_secret(name="prod/stripe/keya")

    assert (names(Wanted(q="y_a")), names(Wanted(q="%"))) == ({"prod/stripe/key_a"}, set())


def test_the_team_of_a_type_is_found_where_a_secret_has_none_of_its_own():
    team, other = make_team(name="Ops"), make_team(name="Data")
    kind = make_type(name="Database", responsible_team=team)
    make_secret(name="prod/a/b", type=kind)
    make_secret(name="prod/a/c", type=kind, team=other)

    assert names(Wanted(team=str(team.pk))) == names(Wanted(q="ops")) == {"prod/a/b"}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(), {"late", "soon", "far", "none", "leaked"}),
        (Wanted(standing="overdue"), {"late"}),
        (Wanted(standing="due_soon"), {"soon"}),
        (Wanted(standing="on_schedule"), {"far"}),
        (Wanted(standing="no_date"), {"none"}),
        (Wanted(standing="rotate_now"), {"leaked"}),
        (Wanted(status="retired"), {"old"}),
        (Wanted(status="active"), {"late", "soon", "far", "none"}),
        (Wanted(owner="none"), {"late", "far", "none"}),
        (Wanted(backup_owner="none"), {"late", "soon", "far", "none", "leaked"}),
    ],
)
def test_filters_choose(wanted, expected, owner):
    left = make_person(is_active=False)
    make_secret(name="prod/a/late", next_rotation_on=due(-1))
    make_secret(name="prod/a/soon", next_rotation_on=due(30), owner=owner)
    make_secret(name="prod/a/far", next_rotation_on=due(31), owner=left)
    make_secret(name="prod/a/none", backup_owner=left)
    make_secret(name="prod/a/leaked", status="compromised", owner=owner)
    make_secret(name="prod/a/old", status="retired")

    assert {name.rpartition("/")[2] for name in names(wanted)} == expected


def test_filters_narrow_each_other(owner):
    make_secret(name="prod/stripe/a", owner=owner)
    make_secret(name="prod/redis/a", owner=owner)
    make_secret(name="dev/stripe/a", owner=owner)

    assert names(Wanted(environment="prod", service="stripe", owner=str(owner.pk))) == {"prod/stripe/a"}
