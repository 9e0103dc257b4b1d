"""Rotations in calendars: the day, the days around it, what moves and what stays."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest

from inventory import schedule
from inventory.models import Secret
from rotations.calendar import Attendee
from rotations.calendar_text import LISTED
from rotations.marks import put_back, set_aside
from rotations.models import ReminderOffset, Rotation, RotationItem, RotationTask
from rotations.rotation_entries import rotation_entries
from tests.factories import TODAY, make_environment, make_person, make_rotation, make_secret
from tests.rotations.feed_factories import act, only, set_reminders, window

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_reminders(db):
    set_reminders()


def production(**facts) -> Rotation:
    facts = {"environment": make_environment(), "planned_on": TODAY + timedelta(days=60)} | facts
    return make_rotation(**facts)


def entry_of(rotation, account, **asked):
    identity = str(rotation.identity)
    return only(entry for entry in rotation_entries(window(account, **asked)) if entry.uid.startswith(identity))


def test_rotation_is_the_event_of_the_document(owner, backup_owner, colleague):
    secrets = (
        make_secret(name="prod/stripe/secret_key", owner=owner, backup_owner=backup_owner),
        make_secret(name="prod/openai/api_key", owner=colleague),
        make_secret(name="prod/redis/password", owner=make_person(name="No Mail")),
        make_secret(name="prod/jwt/signing_key"),
    )
    rotation = production(secrets=secrets, planned_on=date(2026, 8, 14), owner=owner)

    entry = entry_of(rotation, owner)

    assert entry.summary == "Northwind Secrets Rotation - Production"
    assert (entry.start, entry.end) == (datetime(2026, 8, 14, 8, tzinfo=UTC), datetime(2026, 8, 14, 10, tzinfo=UTC))
    assert entry.attendees == (
        Attendee("Cleo Colleague", "cleo@example.org"),
        Attendee("Olga Owner", "olga@example.org"),
    )
    assert entry.url == f"http://testserver/rotations/{rotation.pk}/"
    assert entry.description.splitlines() == [
        "State: planned",
        "Led by Olga Owner",
        "",
        "Steps",
        "1. Go through the list of secrets: is it complete, and does each have an owner?",
        "2. Rotate each secret by its runbook, and record it",
        "3. Bring the documentation up to date",
        "4. Verify that every service works with its new value",
        "",
        "Secrets",
        "prod/jwt/signing_key - no owner",
        "prod/openai/api_key - Cleo Colleague",
        "prod/redis/password - No Mail",
        "prod/stripe/secret_key - Olga Owner",
    ]


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        (date(2026, 3, 28), datetime(2026, 3, 28, 1, 30, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # 02:30 does not exist on this day
        (date(2026, 3, 30), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # 02:30 comes twice
        (date(2026, 10, 26), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),
    ],
)
def test_two_hours_are_two_hours_when_the_clock_is_changed(security, settings, day, begins):
    settings.ROTATION_START_TIME = time(2, 30)

    entry = entry_of(production(planned_on=day), security, today=day)

    assert (entry.start, entry.end - entry.start) == (begins, timedelta(hours=2))


def test_reminders_are_all_day_entries_of_their_own(security):
    set_reminders(planning=30, preparation=7, clean_up=-1)
    rotation = production(planned_on=date(2026, 3, 1))

    entries = sorted(rotation_entries(window(security, today=date(2026, 1, 1))), key=lambda entry: str(entry.start))

    assert [(entry.kind, str(entry.start)[:10], entry.is_all_day) for entry in entries] == [
        ("Planning", "2026-01-30", True),
        ("Final preparation", "2026-02-22", True),
        ("Rotation", "2026-03-01", False),
        ("Clean-up", "2026-03-02", True),
    ]
    assert entries[0].summary == "Planning: Northwind Secrets Rotation - Production"
    assert entries[0].description.splitlines()[:2] == ["30 days", "The rotation is on 2026-03-01."]
    assert len({entry.uid for entry in entries}) == 4
    assert rotation.planned_on == date(2026, 3, 1)


def test_reminder_without_days_or_on_the_day_itself_adds_nothing(security):
    set_reminders(other=None, planning=0)
    production()

    assert only(rotation_entries(window(security))).kind == "Rotation"


def test_reminder_of_another_kind_is_called_by_its_label(security):
    set_reminders(other=14)
    production()

    assert [entry.kind for entry in rotation_entries(window(security))] == ["Rotation", "14 days"]


def test_reminder_that_moves_keeps_its_uid_and_counts(security):
    set_reminders(planning=30)
    production()
    _, before = rotation_entries(window(security))
    with act():
        reminder = ReminderOffset.objects.get()
        reminder.days_before = 45
        reminder.save()
    _, after = rotation_entries(window(security))

    assert (after.uid, after.sequence) == (before.uid, before.sequence + 1)
    assert after.start == before.start - timedelta(days=15)
    assert after.revised_at > before.revised_at


@pytest.mark.parametrize("bulk", [False, True])
def test_rotation_that_moves_keeps_its_uid_and_counts(security, bulk):
    rotation = production()
    before = entry_of(rotation, security)
    with act():
        if bulk:
            Rotation.objects.filter(pk=rotation.pk).update(planned_on=TODAY + timedelta(days=3))
        else:
            rotation.planned_on = TODAY + timedelta(days=3)
            rotation.save()
    after = entry_of(rotation, security)

    assert (after.uid, after.sequence) == (before.uid, before.sequence + 1)
    assert after.revised_at > before.revised_at


def test_rotation_whose_notes_change_is_revised_but_has_not_moved(security):
    rotation = production()
    before = entry_of(rotation, security)
    with act():
        rotation.notes = "Postgres last"
        rotation.save()
    after = entry_of(rotation, security)

    assert after.sequence == before.sequence
    assert after.revised_at > before.revised_at


def test_sequence_never_falls_even_if_a_stale_copy_is_saved(security):
    rotation = production()
    stale = Rotation.objects.get(pk=rotation.pk)
    sequences = []
    for copy, day in ((rotation, 1), (rotation, 2), (stale, 3), (stale, 4)):
        with act():
            copy.planned_on = TODAY + timedelta(days=day)
            copy.save()
        sequences.append(entry_of(rotation, security).sequence)

    assert sequences == [1, 2, 3, 4]


def test_sequence_never_falls_with_a_copy_from_before_two_moves(security):
    rotation = production(planned_on=TODAY)
    stale = Rotation.objects.get(pk=rotation.pk)
    for day in (5, 0):
        with act():
            rotation.planned_on = TODAY + timedelta(days=day)
            rotation.save()

    with act():
        stale.notes = "Where it was when this was read"
        stale.save()

    assert entry_of(rotation, security).sequence == 2


def test_what_is_taken_back_is_told_later_than_what_was_said(security, owner):
    rotation = production(secrets=(make_secret(name="prod/stripe/key", owner=owner),))
    entries = [entry_of(rotation, security)]
    for step in (partial(set_aside, outcome="failed", reason="Down", today=TODAY), put_back):
        with act():
            step(items=rotation.items.all(), by=security)
        entries.append(entry_of(rotation, security))
    with act():
        RotationTask.objects.create(rotation=rotation, words="Tell the owners")
    entries.append(entry_of(rotation, security))

    told = [entry.revised_at for entry in entries]
    assert told == sorted(set(told))


def test_moves_leave_no_line_about_counting_in_the_change_log(security):
    rotation = production()
    with act():
        rotation.planned_on = TODAY
        rotation.save()

    names = {field["field"] for row in rotation.history.first().change_set.rows.all() for field in row.fields}
    assert names == {"planned_on"}


def test_recorded_item_is_marked_and_revises_the_entry(security, owner):
    secret = make_secret(name="prod/stripe/key", owner=owner)
    rotation = production(secrets=(secret, make_secret(name="prod/stripe/other")))
    at = datetime(2030, 1, 1, tzinfo=UTC)
    with act(), schedule.recording():
        item = RotationItem.objects.get(secret=secret)
        item.outcome, item.rotated_on, item.recorded_at = "rotated", TODAY, at
        item.save()

    entry = entry_of(rotation, security)

    assert entry.description.splitlines()[-2:] == [
        "prod/stripe/key - Olga Owner (rotated)",
        "prod/stripe/other - no owner",
    ]
    assert entry.revised_at == at


def test_rotation_of_several_environments_names_them(security):
    secrets = (make_secret(name="staging/stripe/key"), make_secret(name="prod/stripe/key"))
    rotation = production(environment=None, secrets=secrets)

    assert entry_of(rotation, security).summary == "Northwind Secrets Rotation - Production, Staging"


def test_rotation_without_items_shows_the_words_of_the_document(security):
    rotation = production(secrets_in_words="All prod secrets")

    assert entry_of(rotation, security).description.splitlines()[-2:] == ["Secrets", "All prod secrets"]


def test_long_rotation_is_cut_and_says_so(security):
    first = make_secret(name="prod/stripe/a")
    rotation = production(secrets=(first,))
    facts = {"environment": first.environment, "service": first.service, "type": first.type}
    with act():
        rows = Secret.objects.bulk_create(Secret(**facts, credential_type=f"z{number:03}") for number in range(LISTED))
        RotationItem.objects.bulk_create(RotationItem(rotation=rotation, secret=row) for row in rows)

    assert entry_of(rotation, security).description.splitlines()[-1] == "and 1 more"
