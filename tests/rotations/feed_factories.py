"""Feeds and windows for tests."""

from audit.acts import acting
from audit.models import User
from contacts.models import Person
from rotations import calendar_version, feed_acts
from rotations.calendar import Entry
from rotations.calendar_window import CalendarWindow
from rotations.feed_acts import FreshFeed
from rotations.models import ReminderOffset
from tests.factories import TODAY


def act(reason="Made for a test", actor=None):
    return acting(actor=actor, source="web" if actor else "system", reason=reason)


def make_feed(account: User | Person, scope="mine", **facts) -> FreshFeed:
    account = account.account if isinstance(account, Person) else account
    with act(actor=account):
        return feed_acts.make_feed(by=account, scope=scope, **facts)


def window(account: User | Person, scope="everything", today=TODAY, **facts) -> CalendarWindow:
    account = account.account if isinstance(account, Person) else account
    return CalendarWindow(account=account, scope=scope, today=today, register=calendar_version.register(), **facts)


def only(entries) -> Entry:
    [entry] = entries
    return entry


def set_reminders(**days_before: int) -> None:
    """`set_reminders(planning=30, clean_up=-1)`: these reminders and no others."""
    with act():
        ReminderOffset.objects.all().delete()
        for kind, days in days_before.items():
            ReminderOffset.objects.create(kind=kind, days_before=days, label=f"{days} days")
