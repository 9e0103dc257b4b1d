"""What a feed holds is chosen when it is made, shown, and changed later under the same address."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from audit.models import ChangeSet
from contacts.models import Person
from inventory.models import Environment, Service
from rotations import feed_bodies
from rotations.calendar import Entry
from rotations.feed_acts import change_feed, revoke_feed
from rotations.models import CalendarFeed
from tests.factories import make_environment, make_person, make_rotation, make_secret, make_team, make_type
from tests.rotations.feed_factories import act, make_feed, set_reminders
from tests.rotations.strict_calendar import parse

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 14, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
HELD = ("with_reminders", "with_clean_ups", "with_expected", "with_alarms")


@pytest.fixture(autouse=True)
def _noon(monkeypatch, db):
    set_reminders()
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    feed_bodies.kept.clear()


@pytest.fixture
def as_owner(owner):
    client = Client()
    client.force_login(owner.account)
    return client


def text(response) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def events(address) -> dict[str, dict[str, str]]:
    found = parse(Client().get(address).content)[1]
    return {event["UID"]: event for event in found}


def summaries(address) -> list[str]:
    return [event["SUMMARY"] for event in events(address).values()]


def held(feed) -> list[bool]:
    return [getattr(feed, name) for name in HELD]


def test_form_offers_what_most_people_want_and_no_alarms(as_owner):
    page = as_owner.get("/calendar/").content.decode()

    ticked = [name for name in HELD if re.search(rf'<input[^>]*name="{name}"[^>]*checked', page)]
    assert ticked == ["with_reminders", "with_clean_ups", "with_expected"]


@pytest.mark.parametrize("chosen", [(), ("with_alarms",), HELD])
def test_feed_holds_what_was_ticked_and_the_list_says_so(as_owner, chosen):
    as_owner.post("/calendar/", {"shows": "mine", **dict.fromkeys(chosen, "on")})

    feed = CalendarFeed.objects.get()
    assert held(feed) == [name in chosen for name in HELD]
    words = {(): "What I own or back up 2026", ("with_alarms",): "What I own or back up with alarms 2026"}
    whole = "What I own or back up with reminders, clean-ups, expected rotations, alarms 2026"
    assert words.get(chosen, whole) in text(as_owner.get("/calendar/"))


def test_feeds_that_were_made_before_there_was_a_choice_hold_what_they_held(owner):
    assert held(make_feed(owner).feed) == [True, False, False, False]


@pytest.mark.parametrize("what", ["person", "type"])
def test_feed_of_a_person_or_a_type(as_owner, colleague, what):
    subject = {"person": colleague, "type": make_type(name="JWT")}[what]

    as_owner.post("/calendar/", {"shows": f"{what}:{subject.pk}"})

    feed = CalendarFeed.objects.get()
    assert (feed.scope, feed.subject, str(feed)) == (what, subject, f"Calendar of {subject}")
    assert feed_bodies.name_of(feed) == f"Northwind secrets - {subject}"


@pytest.mark.parametrize("scope", ["person", "team", "environment", "type"])
def test_feed_that_does_not_name_its_subject_is_refused_by_form_and_database(owner, scope):
    with pytest.raises(ValidationError, match="Choose whose feed it is"):
        make_feed(owner, scope)
    facts = {"account": owner.account, "key_prefix": "x", "key_hash": "0" * 64}
    for wrong in ({"scope": scope}, {"scope": "mine", "team": make_team()}):
        with act(), transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
            CalendarFeed.objects.create(**facts, **wrong)


def test_feed_is_changed_under_its_address_with_history(as_owner, owner):
    feed = make_feed(owner)
    make_secret(name="prod/stripe/key", owner=owner, next_rotation_on=TODAY)
    before = Client().get(feed.address)
    posted = {"shows": "everything", "with_expected": "on", "expires_on": "2027-01-31"}

    response = as_owner.post(f"/calendar/feeds/{feed.feed.pk}/", posted, follow=True)

    changed = CalendarFeed.objects.get()
    assert "Changed: Everything I may see. Calendars show it when they look next." in text(response)
    assert (changed.scope, held(changed), str(changed.expires_on)) == (
        "everything",
        [False, False, True, False],
        "2027-01-31",
    )
    assert changed.key_prefix == feed.feed.key_prefix
    after = Client().get(feed.address, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert [word for word in summaries(feed.address) if "(expected)" in word]
    latest = ChangeSet.objects.latest("pk")
    assert (latest.reason, latest.actor, latest.source) == (
        "Changed what a calendar feed holds",
        owner.account,
        "web",
    )
    assert CalendarFeed.history.count() == 2


def test_page_of_a_feed_begins_with_what_it_holds(as_owner, owner, colleague):
    environment = make_environment(code="staging")
    feed = make_feed(owner, "environment", environment=environment, with_alarms=True, with_reminders=False).feed

    page = as_owner.get(f"/calendar/feeds/{feed.pk}/").content.decode()

    ticked = [name for name in HELD if re.search(rf'<input[^>]*name="{name}"[^>]*checked', page)]
    assert ticked == ["with_alarms"]
    assert '<option value="environment:staging" selected>' in page
    assert not re.search(r"\sstyle=|<style|<script(?! src=)|\son\w+=", page)


def test_feed_of_somebody_who_left_can_still_be_changed(as_owner, owner):
    gone = make_person(name="Gone", is_active=False)
    feed = make_feed(owner, "person", person=gone).feed

    response = as_owner.post(f"/calendar/feeds/{feed.pk}/", {"shows": f"person:{gone.pk}", "with_alarms": "on"})

    assert response.status_code == 302
    assert CalendarFeed.objects.get().with_alarms is True
    assert f"person:{gone.pk}" not in as_owner.get("/calendar/").content.decode()


def test_what_cannot_be_chosen_is_said_and_changes_nothing(as_owner, owner):
    feed = make_feed(owner).feed

    response = as_owner.post(f"/calendar/feeds/{feed.pk}/", {"shows": "team:4711"})

    assert "Select a valid choice." in text(response)
    assert CalendarFeed.objects.get().scope == "mine"


def test_nobody_changes_the_feed_of_somebody_else_or_one_that_was_revoked(as_owner, owner, colleague, security):
    theirs, revoked = make_feed(colleague).feed, make_feed(owner).feed
    with act(actor=owner.account):
        revoke_feed(feed=revoked, by=owner.account, now=NOW)

    for feed in (theirs, revoked):
        assert as_owner.get(f"/calendar/feeds/{feed.pk}/").status_code == 404
        assert as_owner.post(f"/calendar/feeds/{feed.pk}/", {"shows": "everything"}).status_code == 404
    with act(actor=security), pytest.raises(PermissionDenied):
        change_feed(feed=theirs, by=security, scope="everything")
    with act(actor=owner.account), pytest.raises(ValidationError, match="revoked"):
        change_feed(feed=revoked, by=owner.account, scope="everything")
    assert set(CalendarFeed.objects.values_list("scope", flat=True)) == {"mine"}


def test_secret_that_is_handed_over_leaves_one_feed_and_enters_the_other(owner, colleague):
    due = make_secret(name="prod/stripe/due", owner=owner, next_rotation_on=TODAY + timedelta(days=3))
    planned = make_secret(name="staging/stripe/planned", owner=owner)
    make_rotation(secrets=(planned,), planned_on=TODAY)
    theirs, others = (make_feed(person, with_expected=True).address for person in (owner, colleague))
    before = events(theirs)
    with act():
        for secret in (due, planned):
            secret.owner = colleague
            secret.save()

    assert list(before) == list(events(others))
    assert len(before) > 2
    assert summaries(theirs) == ["Nothing is planned or due yet"]


def test_renames_keep_every_event(owner):
    set_reminders(planning=30)
    secret = make_secret(name="prod/stripe/due", owner=owner, next_rotation_on=TODAY + timedelta(days=3))
    planned = make_secret(name="prod/stripe/planned", owner=owner, type=make_type(name="Old words"))
    make_rotation(secrets=(planned,), planned_on=TODAY, owner=owner, environment=secret.environment)
    address = make_feed(owner, "everything", with_expected=True).address
    before = events(address)
    with act():
        for model in (Environment, Service, Person):
            for row in model.objects.all():
                row.name = f"{row.name} renamed"
                row.save()
        planned.type.name = "New words"
        planned.type.save()
    after = events(address)

    moments = ("UID", "SEQUENCE", "DTSTART", "DTSTART;VALUE=DATE")
    assert [[event.get(name) for name in moments] for event in after.values()] == [
        [event.get(name) for name in moments] for event in before.values()
    ]
    assert len([event for event in after.values() if "renamed" in event["SUMMARY"]]) == len(after)


def reviews(window):
    """Return a source of another floor, as it would be written there."""
    yield Entry(
        uid=window.uid_of("review", 7),
        kind="Review",
        start=window.today,
        end=window.today + timedelta(days=1),
        summary=f"Review for {window.account.username}, {window.scope}, {window.with_alarms}",
        revised_at=NOW,
    )


def test_other_floors_add_entries_through_a_setting(settings, owner):
    address = make_feed(owner, with_alarms=True).address
    before = Client().get(address)["ETag"]
    settings.CALENDAR_SOURCES = [*settings.CALENDAR_SOURCES, f"{__name__}.reviews"]

    response = Client().get(address, headers={"If-None-Match": before})

    assert response.status_code == 200
    assert summaries(address) == [f"Review for {owner.account.username}, mine, True"]
    uids = [list(events(address)), list(events(make_feed(owner, "everything").address))]
    assert uids[0] == uids[1]


def test_source_that_is_asked_for_rights_it_has_not_shows_nothing(settings, owner):
    address = make_feed(owner).address
    settings.CALENDAR_SOURCES = [f"{__name__}.reviews"]
    with act():
        owner.account.is_active = False
        owner.account.save()

    assert summaries(address) == ["The account that made this calendar feed may no longer see the register."]
