"""The coming year in calendars: tentative by environment and day, firm where it is planned, and nothing twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rotations.agenda_entries import agenda_entries
from rotations.calendar import calendar_bytes, event_bytes
from rotations.calendar_text import LISTED
from rotations.expected_entries import expected_entries
from rotations.models import RotationItem
from rotations.rotation_entries import rotation_entries
from tests.factories import TODAY, make_person, make_rotation, make_secret, make_team, make_type
from tests.rotations.feed_factories import act, only, set_reminders, window
from tests.rotations.strict_calendar import parse

pytestmark = pytest.mark.django_db
DUE = TODAY + timedelta(days=10)


def expected(account, scope="everything", **asked):
    return list(expected_entries(window(account, scope, with_expected=True, **asked)))


def days_of(found) -> list[int]:
    return [(entry.start - TODAY).days for entry in found]


def secret(name="prod/stripe/key", **facts):
    return make_secret(**{"name": name, "next_rotation_on": DUE} | facts)


def test_coming_year_stands_in_a_calendar_as_tentative_all_day_entries(security, owner):
    secret("prod/stripe/a", owner=owner)
    secret("prod/stripe/b", owner=make_person(name="Gone", is_active=False))

    first, *others = expected(security)

    assert days_of([first, *others]) == [100, 190, 280]
    assert first.summary == "2 secrets due for rotation - Production (expected)"
    assert first.description.splitlines()[1:] == ["prod/stripe/a - Olga Owner", "prod/stripe/b - no owner"]
    assert (first.kind, first.end - first.start) == ("Expected", timedelta(days=1))
    event = event_bytes(first)
    assert b"STATUS:TENTATIVE\r\nTRANSP:TRANSPARENT\r\n" in event


def test_nothing_is_expected_unless_it_is_wanted(security, outsider):
    secret()

    assert list(expected_entries(window(security))) == []
    assert expected(outsider) == []


def test_own_interval_comes_before_that_of_the_type_and_without_any_nothing_is_expected(security):
    secret("prod/stripe/own", rotation_interval_days=300, interval_reason="Agreed")
    secret("dev/stripe/none", type=make_type(name="Exempt", rotation_interval_days=None))
    secret("dev/stripe/no_type", type=None)
    secret("staging/stripe/retired", status="retired")
    make_secret(name="staging/stripe/no_date")

    assert [(entry.summary.split(" - ")[1], entry.start) for entry in expected(security)] == [
        ("Production (expected)", DUE + timedelta(days=300))
    ]


def test_waiver_moves_what_is_expected(security):
    secret(waived_until=TODAY + timedelta(days=50))

    assert days_of(expected(security)) == [140, 230, 320]


def test_planned_rotation_makes_a_day_firm_and_what_follows_counts_from_it(security):
    row = secret()
    before = expected(security)
    rotation = make_rotation(secrets=(row,), planned_on=TODAY + timedelta(days=5))
    planned = expected(security)
    second = make_rotation(secrets=(row,), planned_on=TODAY + timedelta(days=90))
    firm = expected(security)
    with act():
        second.state = "cancelled"
        second.save()

    assert [days_of(found) for found in (before, planned, firm)] == [
        [100, 190, 280],
        [95, 185, 275, 365],
        [180, 270, 360],
    ]
    assert days_of(expected(security)) == days_of(planned)
    assert rotation.planned_on == TODAY + timedelta(days=5)


def test_place_keeps_its_uid_whoever_is_expected_there_and_no_other_entry_has_it(security):
    first = secret("prod/stripe/a")
    before = expected(security)
    secret("prod/stripe/b")
    make_secret(name="prod/stripe/c", next_rotation_on=DUE + timedelta(days=90))
    after = expected(security)
    agendas = list(agenda_entries(window(security)))

    assert [entry.uid for entry in before] == [entry.uid for entry in after]
    assert after[0].start == agendas[1].start
    assert not {entry.uid for entry in after} & {entry.uid for entry in agendas}
    assert after[0].revised_at > before[0].revised_at
    assert first.next_rotation_on == DUE


def test_move_of_a_plan_revises_what_is_expected(security, monkeypatch):
    row = secret()
    rotation = make_rotation(secrets=(row,), planned_on=DUE)
    before = expected(security)
    with act():
        rotation.planned_on += timedelta(days=1)
        rotation.save()

    assert expected(security)[0].revised_at > before[0].revised_at


def test_scopes_hold_what_is_theirs(owner, colleague):
    devops = make_team(name="DevOps")
    keys = make_type(name="Keys")
    secret("prod/stripe/mine", owner=owner)
    secret("prod/stripe/teams", owner=colleague, team=devops)
    secret("prod/stripe/of_type", type=keys)
    row = secret("staging/stripe/elsewhere")

    def names(scope, **asked):
        found = expected(owner, scope, **asked)
        return {line.split(" - ")[0] for line in found[0].description.splitlines()[1:]}

    assert names("mine") == {"prod/stripe/mine"}
    assert names("person", person=colleague) == {"prod/stripe/teams"}
    assert names("team", team=devops) == {"prod/stripe/teams"}
    assert names("type", type=keys) == {"prod/stripe/of_type"}
    assert names("environment", environment=row.environment) == {"staging/stripe/elsewhere"}


def test_long_list_is_cut_and_says_so(security):
    for number in range(LISTED + 2):
        secret(f"prod/stripe/k{number:03}")

    entry = expected(security)[0]

    assert (entry.summary, entry.description.splitlines()[-1]) == (
        f"{LISTED + 2} secrets due for rotation - Production (expected)",
        "and 2 more",
    )


@pytest.mark.parametrize("count", [1, 3, 20])
@pytest.mark.parametrize("scope", ["everything", "mine"])
def test_expected_entries_cost_the_same_at_any_number(owner, django_assert_num_queries, count, scope):
    for number in range(count):
        row = secret(f"prod/stripe/k{number}", owner=owner, next_rotation_on=TODAY + timedelta(days=number))
        if number % 2:
            make_rotation(secrets=(row,), planned_on=TODAY)
    asked = window(owner, scope, with_expected=True)
    list(expected_entries(asked))

    with django_assert_num_queries(4):
        assert len(list(expected_entries(asked))) >= count


NAMES = ("prod/stripe/a", "prod/stripe/b", "staging/stripe/a")
OFFSETS = st.integers(-120, 200)


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    today=st.dates(date(2024, 1, 1), date(2032, 12, 31)),
    due=st.lists(st.none() | OFFSETS, min_size=3, max_size=3),
    interval=st.integers(20, 400),
    plans=st.lists(st.tuples(st.sampled_from(NAMES), OFFSETS), max_size=3),
)
def test_whole_feed_parses_strictly_and_tells_of_nothing_twice(security, today, due, interval, plans):
    set_reminders(planning=30)
    with transaction.atomic():
        kind = make_type(name="Any", rotation_interval_days=interval)
        for name, offset in zip(NAMES, due, strict=True):
            on = None if offset is None else today + timedelta(days=offset)
            secret(name, next_rotation_on=on, type=kind)
        for name, offset in plans:
            rows = tuple(RotationItem.secret.field.related_model.objects.filter(name=name))
            make_rotation(secrets=rows, planned_on=today + timedelta(days=offset))
        asked = window(security, today=today, with_expected=True, with_alarms=True, with_clean_ups=True)
        tentative = list(expected_entries(asked))
        entries = [*rotation_entries(asked), *agenda_entries(asked), *tentative]

        calendar = calendar_bytes(name="Everything", entries=entries) if entries else b""
        _, events = parse(calendar) if entries else ({}, [])

        assert len(events) == len(entries) == len({entry.uid for entry in entries})
        assert calendar == (calendar_bytes(name="Everything", entries=entries[::-1]) if entries else b"")
        firm = firm_days(entries)
        for entry in tentative:
            assert today < entry.start <= today + timedelta(days=365)
            assert not {(line.split(" - ")[0], entry.start) for line in entry.description.splitlines()[1:]} & firm
        transaction.set_rollback(True)


def firm_days(entries) -> set:
    """Return which secret a firm entry tells of on which day."""
    return {
        (line.split(" - ")[0], entry.start.date() if isinstance(entry.start, datetime) else entry.start)
        for entry in entries
        if entry.kind in ("Rotation", "Due") and not entry.is_cancelled
        for line in entry.description.splitlines()
        if line.startswith(("prod/", "staging/"))
    }


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"])
def test_rotations_begin_at_their_hour_and_last_two_hours_on_every_day_of_the_year(security, settings, zone):
    """Through both changes of the clock and a leap day, local time is right and a duration is one."""
    settings.TIME_ZONE = zone
    set_reminders()
    start = date(2028, 2, 1)
    days = [start + timedelta(days=step) for step in (*range(60), *range(240, 285))]
    rows = [make_rotation(planned_on=day) for day in days]

    entries = {entry.uid.partition("@")[0]: entry for entry in rotation_entries(window(security, today=start))}

    for day, row in zip(days, rows, strict=True):
        entry = entries[str(row.identity)]
        local = entry.start.astimezone(ZoneInfo(zone))
        assert (local.date(), local.time(), entry.start.tzinfo) == (day, settings.ROTATION_START_TIME, UTC)
        assert entry.end - entry.start == timedelta(hours=2)


def test_one_is_a_secret(security):
    secret()

    assert only(expected(security)[:1]).summary.startswith("1 secret due")
