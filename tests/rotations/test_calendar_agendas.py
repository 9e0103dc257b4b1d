"""Agendas in calendars: one entry per environment and day, for everybody just what concerns them."""

from datetime import UTC, datetime, time, timedelta

import pytest

from inventory.models import Secret
from rotations.agenda_entries import agenda_entries
from rotations.calendar_text import LISTED
from rotations.models import Agenda
from tests.factories import TODAY, make_person, make_rotation, make_secret, make_team, make_type
from tests.rotations.feed_factories import act, only, window

pytestmark = pytest.mark.django_db
DUE = TODAY + timedelta(days=20)


def due_secret(name="prod/stripe/key", **facts):
    return make_secret(**{"name": name, "next_rotation_on": DUE} | facts)


def test_agenda_entry_lists_secrets_with_their_owners(owner):
    due_secret("prod/stripe/b", owner=owner)
    due_secret("prod/openai/a")
    due_secret("staging/openai/a")

    production, staging = agenda_entries(window(owner))

    assert production.summary == "2 secrets due for rotation - Production"
    assert production.description == (
        f"{DUE} is the last day on time, and no rotation is planned:\n"
        "prod/openai/a - no owner\nprod/stripe/b - Olga Owner"
    )
    assert (production.start, production.end) == (DUE, DUE + timedelta(days=1))
    assert production.url == "http://testserver/secrets/?environment=prod"
    assert (staging.summary, staging.uid != production.uid) == ("1 secret due for rotation - Staging", True)


def test_owner_who_left_is_shown_as_a_gap(security):
    due_secret(owner=make_person(name="Gone Already", is_active=False))

    assert only(agenda_entries(window(security))).description.splitlines()[1] == "prod/stripe/key - no owner"


def test_long_agenda_is_cut_and_says_so(security):
    first = due_secret()
    facts = {"environment": first.environment, "service": first.service, "type": first.type, "next_rotation_on": DUE}
    with act():
        Secret.objects.bulk_create(
            Secret(**facts, next_rotation_reason="Agreed", credential_type=f"z{number:03}")
            for number in range(LISTED + 1)
        )

    entry = only(agenda_entries(window(security)))

    assert entry.summary == f"{LISTED + 2} secrets due for rotation - Production"
    assert entry.description.splitlines()[-1] == "and 2 more"


def test_agenda_keeps_its_uid_when_it_empties_and_fills_again(security):
    secret = due_secret()
    full = only(agenda_entries(window(security)))
    rotation = make_rotation(secrets=(secret,), planned_on=DUE)
    empty = only(agenda_entries(window(security)))
    with act():
        rotation.items.all().delete()
    again = only(agenda_entries(window(security)))

    assert (full.is_cancelled, empty.is_cancelled, again.is_cancelled) == (False, True, False)
    assert full.uid == empty.uid == again.uid
    assert full.sequence < empty.sequence < again.sequence
    assert full.revised_at <= empty.revised_at <= again.revised_at


@pytest.mark.parametrize(("days_ago", "count"), [(29, 1), (30, 1), (31, 0)])
def test_empty_agenda_is_told_of_until_30_days_after_its_day(security, days_ago, count):
    on = TODAY - timedelta(days=days_ago)
    make_rotation(secrets=(due_secret(next_rotation_on=on),), planned_on=TODAY)
    Agenda.objects.update(updated_at=datetime.combine(on, time(12), UTC))  # emptied on its own day

    assert [entry.is_cancelled for entry in agenda_entries(window(security))] == [True] * count


@pytest.mark.parametrize(("days_ago", "count"), [(29, 1), (30, 1), (31, 0)])
def test_agenda_of_long_ago_is_told_of_until_30_days_after_it_was_emptied(security, days_ago, count):
    make_rotation(secrets=(due_secret(next_rotation_on=TODAY - timedelta(days=200)),), planned_on=TODAY)
    Agenda.objects.update(updated_at=datetime.combine(TODAY - timedelta(days=days_ago), time(12), UTC))

    assert [entry.is_cancelled for entry in agenda_entries(window(security))] == [True] * count


def test_overdue_secret_stays_on_its_day(security):
    due_secret(next_rotation_on=TODAY - timedelta(days=100))

    assert only(agenda_entries(window(security))).start == TODAY - timedelta(days=100)


def test_mine_holds_what_i_own_or_back_up_and_nothing_of_others(owner, backup_owner, colleague):
    due_secret("prod/stripe/mine", owner=owner)
    due_secret("prod/stripe/backed_up", owner=colleague, backup_owner=owner)
    due_secret("prod/stripe/theirs", owner=colleague)
    due_secret("staging/stripe/theirs", owner=colleague)

    entry = only(agenda_entries(window(owner, "mine")))

    assert entry.description.splitlines()[1:] == [
        "prod/stripe/backed_up - Cleo Colleague",
        "prod/stripe/mine - Olga Owner",
    ]


def test_mine_tells_of_an_agenda_i_left_but_of_no_other(owner, colleague):
    mine = due_secret("prod/stripe/mine", owner=owner)
    due_secret("prod/stripe/theirs", owner=colleague)
    due_secret("prod/stripe/later", owner=colleague, next_rotation_on=DUE + timedelta(days=1))
    make_rotation(secrets=(mine,), planned_on=DUE)

    entry = only(agenda_entries(window(owner, "mine")))

    assert (entry.start, entry.is_cancelled) == (DUE, True)


def test_team_and_environment_hold_their_own(security):
    devops = make_team(name="DevOps")
    due_secret("prod/stripe/own_team", team=devops)
    due_secret("prod/stripe/team_of_type", type=make_type(name="JWT", responsible_team=devops))
    due_secret("prod/stripe/nobody")
    due_secret("staging/stripe/nobody")
    prod = Secret.objects.first().environment

    team = only(agenda_entries(window(security, "team", team=devops)))
    environment = only(agenda_entries(window(security, "environment", environment=prod)))

    assert [line.partition(" ")[0] for line in team.description.splitlines()[1:]] == [
        "prod/stripe/own_team",
        "prod/stripe/team_of_type",
    ]
    assert environment.summary == "3 secrets due for rotation - Production"


def test_account_without_a_role_sees_no_agenda(outsider):
    due_secret()

    assert list(agenda_entries(window(outsider))) == []


@pytest.mark.parametrize("count", [1, 3, 20])
@pytest.mark.parametrize(("scope", "queries"), [("everything", 4), ("mine", 5)])
def test_agenda_entries_cost_the_same_at_any_number(owner, django_assert_num_queries, count, scope, queries):
    for number in range(count):
        due_secret(f"prod/stripe/k{number}", owner=owner, next_rotation_on=TODAY + timedelta(days=number))
    asked = window(owner, scope)

    with django_assert_num_queries(queries):
        assert len(list(agenda_entries(asked))) == count
