"""The reminders a new register begins with."""

from __future__ import annotations

from audit.acts import acting
from rotations.first_reminders import set_first_reminders
from rotations.models import ReminderOffset


def reminders():
    return list(ReminderOffset.objects.order_by("position").values_list("kind", "days_before"))


def test_new_register_has_the_reminders_of_the_settings(db):
    assert reminders() == [("planning", 30), ("preparation", 7), ("clean_up", -1)]


def test_reminders_that_people_removed_do_not_come_back(db):
    with acting(actor=None, source="system", reason="Nobody wants them"):
        ReminderOffset.objects.all().delete()

    set_first_reminders()

    assert reminders() == []


def test_reminders_that_people_moved_stay_where_they_are(db, settings):
    settings.REMINDER_DAYS = [60, 14, -2]

    set_first_reminders()

    assert reminders() == [("planning", 30), ("preparation", 7), ("clean_up", -1)]
