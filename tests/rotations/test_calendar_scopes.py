"""Which rotations stand in whose calendar, from when to when."""

from datetime import timedelta

import pytest

from rotations.models import Rotation
from rotations.rotation_entries import rotation_entries
from tests.factories import TODAY, make_environment, make_rotation, make_secret, make_team
from tests.rotations.feed_factories import act, set_reminders, window

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_reminders(db):
    set_reminders()


def production(**facts) -> Rotation:
    facts = {"environment": make_environment(), "planned_on": TODAY + timedelta(days=60)} | facts
    return make_rotation(**facts)


def test_cancelled_rotation_and_its_reminders_are_cancelled_entries(security):
    set_reminders(planning=30, clean_up=-1)
    rotation = production()
    with act():
        rotation.state = Rotation.State.CANCELLED
        rotation.save()

    entries = list(rotation_entries(window(security)))

    assert [(entry.is_cancelled, entry.sequence) for entry in entries] == [(True, 1)] * 3


@pytest.mark.parametrize(("days_ago", "count"), [(29, 1), (30, 1), (31, 0)])
def test_cancelled_rotation_is_told_of_until_30_days_after_its_day(security, days_ago, count):
    production(planned_on=TODAY - timedelta(days=days_ago), state=Rotation.State.CANCELLED)

    assert len(list(rotation_entries(window(security)))) == count


def test_complete_rotation_stands_on_the_day_it_took_place_and_is_prepared_no_more(security):
    set_reminders(planning=30, clean_up=-1)
    done = {"state": "complete", "completed_on": TODAY - timedelta(days=2)}
    production(planned_on=TODAY - timedelta(days=5), **done)

    rotation, clean_up = rotation_entries(window(security))

    assert rotation.start.date() == TODAY - timedelta(days=2)
    assert (clean_up.kind, clean_up.start) == ("Clean-up", TODAY - timedelta(days=1))


@pytest.mark.parametrize("state", ["draft", "planned"])
def test_draft_stands_in_no_calendar(security, state):
    production(state=state)

    assert len(list(rotation_entries(window(security)))) == (state != "draft")


@pytest.mark.parametrize(("days", "count"), [(-367, 0), (-366, 1), (400, 1), (401, 0)])
def test_window_reaches_a_year_back_and_400_days_ahead(security, days, count):
    production(planned_on=TODAY + timedelta(days=days))

    assert len(list(rotation_entries(window(security)))) == count


def test_scopes_hold_their_own_rotations(owner, colleague, security):
    devops = make_team(name="DevOps")
    rotations = {
        "mine": production(secrets=(make_secret(name="prod/stripe/a", owner=owner),)),
        "backed up": production(secrets=(make_secret(name="prod/stripe/b", backup_owner=owner),)),
        "led": production(owner=owner),
        "team": production(secrets=(make_secret(name="prod/stripe/c", owner=colleague, team=devops),)),
        "staging": production(environment=None, secrets=(make_secret(name="staging/stripe/c"),)),
        "empty": production(environment=make_environment(code="dev")),
    }

    def shown(account, scope, **facts):
        uids = {entry.uid.partition("@")[0] for entry in rotation_entries(window(account, scope, **facts))}
        return {name for name, rotation in rotations.items() if str(rotation.identity) in uids}

    assert shown(owner, "mine") == {"mine", "backed up", "led"}
    assert shown(security, "mine") == set()
    assert shown(owner, "team", team=devops) == {"team"}
    assert shown(owner, "environment", environment=make_environment(code="staging")) == {"staging"}
    assert shown(owner, "environment", environment=make_environment(code="dev")) == {"empty"}
    assert shown(owner, "everything") == set(rotations)


def test_account_without_a_role_sees_no_rotation(outsider, owner):
    production(secrets=(make_secret(owner=owner),))

    assert list(rotation_entries(window(outsider))) == []


@pytest.mark.parametrize("count", [1, 3, 20])
@pytest.mark.parametrize(("scope", "queries"), [("everything", 7), ("mine", 7)])
def test_rotation_entries_cost_the_same_at_any_number(owner, django_assert_num_queries, count, scope, queries):
    set_reminders(planning=30)
    for number in range(count):
        production(secrets=(make_secret(name=f"prod/stripe/k{number}", owner=owner),), owner=owner)
    asked = window(owner, scope)

    with django_assert_num_queries(queries):
        assert len(list(rotation_entries(asked))) == 2 * count
