"""Another strict reader than the one we write with understands a feed that holds everything: the package `ical`."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from ical.calendar_stream import IcsCalendarStream

from rotations.drafting import create_rotation
from tests.factories import make_rotation, make_secret
from tests.rotations.feed_factories import act, make_feed, set_reminders
from tests.rotations.strict_calendar import parse

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 14, 10, 0, tzinfo=UTC)
TODAY = NOW.date()


def test_another_reader_finds_the_same_events_states_and_alarms(security, owner, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    set_reminders(planning=30, preparation=7)
    hostile = "Ümlaut, comma; \\backslash\\N and 👩🏽‍🔬 " * 4
    with act(actor=security):
        secrets = [make_secret(name="prod/stripe/key", owner=owner)]
        plan = {"planned_on": TODAY + timedelta(days=20), "title": hostile.strip()[:120]}
        create_rotation(secrets=secrets, by=security, **plan)
    make_rotation(planned_on=TODAY, state="cancelled")
    make_secret(name="prod/stripe/due", next_rotation_on=TODAY)
    chosen = {"with_alarms": True, "with_expected": True, "with_clean_ups": True}
    feed = Client().get(make_feed(security, "everything", **chosen).address).content

    calendar = IcsCalendarStream.calendar_from_ics(feed.decode())

    _, ours = parse(feed)
    told = {event["UID"]: (event["SUMMARY"], event["STATUS"], event.get("ALARMS", "").count("P")) for event in ours}
    assert {event.uid: (event.summary, event.status.value, len(event.alarm or [])) for event in calendar.events} == told
    assert {status for _, status, _ in told.values()} == {"CONFIRMED", "TENTATIVE", "CANCELLED"}
    assert max(alarms for *_, alarms in told.values()) == 2
