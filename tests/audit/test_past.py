"""What was on a day: where days end, and the rows as they were, over deletions, renames, ties and clock steps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from audit.models import LedgerEntry, RoleGrant, User
from audit.past import Past, cut_at, end_of
from contacts.models import Absence, Person, Team
from inventory.models import Secret
from tests.factories import make_person, make_secret, make_team, make_user

pytestmark = pytest.mark.usefixtures("sealed_acts")

DAY = date(2026, 6, 30)
NOON = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        ("2026-06-30", "UTC", "2026-07-01T00:00"),
        ("2026-06-30", "Europe/Berlin", "2026-06-30T22:00"),
        ("2026-12-31", "Europe/Berlin", "2026-12-31T23:00"),
        ("2026-03-29", "Europe/Berlin", "2026-03-29T22:00"),  # a day of 23 hours
        ("2026-10-25", "Europe/Berlin", "2026-10-25T23:00"),  # a day of 25 hours
        ("2026-03-28", "Europe/Berlin", "2026-03-28T23:00"),
        ("2026-06-30", "Asia/Kathmandu", "2026-06-30T18:15"),
        ("2026-06-30", "Pacific/Kiritimati", "2026-06-30T10:00"),
        ("2018-11-03", "America/Sao_Paulo", "2018-11-04T03:00"),  # midnight was skipped
        ("2018-02-17", "America/Sao_Paulo", "2018-02-18T03:00"),  # the last hour came twice
        ("2026-10-31", "America/Havana", "2026-11-01T04:00"),  # midnight comes twice: its first one
        ("2011-12-29", "Pacific/Apia", "2011-12-30T10:00"),  # the day after was left out
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00"),
        ("0001-01-01", "UTC", "1900-01-01T00:00"),
    ],
)
def test_a_day_ends_where_the_next_one_begins(day, zone, instant):
    expected = datetime.fromisoformat(instant).replace(tzinfo=UTC)

    assert end_of(date.fromisoformat(day), ZoneInfo(zone)) == expected


def test_days_end_in_the_zone_of_the_register():
    assert end_of(DAY) == datetime(2026, 6, 30, 22, 0, tzinfo=UTC)


def names(model, day=DAY):
    return sorted(str(row) for row in Past(day).rows(model).values())


def test_a_renamed_person_has_the_name_of_that_day(on):
    with on():
        owner = make_person(name="Olga Before")
        make_secret(name="prod/stripe/key", owner=owner)
    with on(hours=24):
        owner.name = "Olga After"
        owner.save()

    secrets = [Past(DAY + timedelta(days=days)).some(Secret)[0] for days in (0, 1)]

    assert [secret.owner.name for secret in secrets] == ["Olga Before", "Olga After"]


def test_a_removed_row_is_there_until_the_day_it_went(on):
    with on():
        team = make_team(name="Ops")
    with on(days=2):
        team.delete()

    assert [names(Team, DAY + timedelta(days=days)) for days in range(-1, 3)] == [[], ["Ops"], ["Ops"], []]


def test_what_refers_to_a_person_who_was_removed_since_still_names_them(on):
    with on():
        person = make_person(name="Gone Girl")
        Absence.objects.create(person=person, first_on=DAY, last_on=DAY)
    with on(days=1):
        person.delete()

    (absence,) = Past(DAY).some(Absence)

    assert str(absence) == "Gone Girl, 2026-06-30 to 2026-06-30"


def test_of_two_changes_of_one_instant_the_later_one_counts(on):
    with on():
        team = make_team(name="First")
        for name in ("Second", "Third"):
            team.name = name
            team.save()

    assert names(Team) == ["Third"]


def test_the_last_instant_of_a_day_is_of_that_day_and_the_next_is_not(on):
    with on(hours=10, microseconds=-1):
        make_team(name="Late on the day")
    with on(hours=10):
        make_team(name="On the next")

    assert names(Team) == ["Late on the day"]


def test_a_clock_that_steps_back_shows_no_older_state(on):
    with on(days=3):
        team = make_team(name="Dated ahead")
    with on(days=1):
        team.name = "Dated before"
        team.save()

    assert [names(Team, DAY + timedelta(days=days)) for days in range(4)] == [
        [],
        ["Dated before"],
        ["Dated before"],
        ["Dated before"],
    ]


def test_rows_written_before_a_clock_stepped_back_are_there_for_those_that_refer_to_them(on):
    with on(days=3):
        owner = make_person(name="Olga")
    with on():
        make_secret(owner=owner)

    assert [secret.owner.name for secret in Past(DAY).some(Secret)] == ["Olga"]


def test_rows_refer_to_rows_of_the_same_day_in_both_directions(on):
    with on():
        person = make_person(name="Olga")
        team = make_team(name="Ops", lead=person)
        person.team = team
        person.save()

    past = Past(DAY)
    (read,) = past.rows(Team).values()

    assert read.lead.team is read
    assert past.rows(Person)[person.pk] is read.lead


def test_columns_without_history_are_empty_and_derived_ones_are_worked_out(on):
    with on():
        make_user(username="olga", last_name="Owner")
        make_secret(name="prod/stripe/key", next_rotation_on=DAY)

    (account,), (secret,) = Past(DAY).some(User), Past(DAY).some(Secret)

    assert (account.password, account.theme, account.last_login) == ("", "", None)
    assert (secret.name, secret.urgent_on) == ("prod/stripe/key", DAY)


def test_rows_can_be_chosen_by_their_columns_of_that_day(on):
    with on():
        make_secret(name="prod/stripe/a", status="deprecated")
        secret = make_secret(name="prod/stripe/b")
    with on(days=1):
        secret.status = "deprecated"
        secret.save()

    assert [str(row) for row in Past(DAY).some(Secret, status="deprecated")] == ["prod/stripe/a"]


def test_versions_are_all_that_was_written_by_then(on):
    with on():
        team = make_team(name="A")
    for days, name in enumerate("BC", 1):
        with on(days=days):
            team.name = name
            team.save()

    assert [row.name for row in Past(DAY + timedelta(days=1)).versions(Team)] == ["A", "B"]


def test_a_cut_that_was_kept_shows_the_same_after_more_was_written(on):
    with on():
        make_team(name="A")
    kept = Past(DAY).cut
    with on():
        make_team(name="B")

    assert [sorted(map(str, Past(DAY, cut=cut).rows(Team).values())) for cut in (kept, None)] == [["A"], ["A", "B"]]


@pytest.mark.django_db
def test_without_a_record_there_is_nothing():
    assert (cut_at(NOON), names(Secret, date(1, 1, 1))) == (0, [])


@pytest.mark.parametrize("number", [1, 3])
def test_the_cost_does_not_grow_with_the_rows(on, number, owner, django_assert_num_queries):
    with on():
        for _ in range(number):
            make_secret(owner=owner, team=make_team(lead=owner))

    with django_assert_num_queries(8):  # the cut, secrets, environments, services, types, people, teams, accounts
        assert len(Past(date(2100, 1, 1)).rows(Secret)) == number


def test_today_is_what_there_is(owner):
    make_secret(name="prod/stripe/key", owner=owner)
    past = Past(date(2100, 1, 1))

    for model in (Secret, Person, User, RoleGrant):
        assert past.rows(model) == {row.pk: row for row in model.objects.all()}
    assert past.cut == LedgerEntry.objects.latest("seq").seq
