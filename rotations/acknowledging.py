"""The one place where somebody asks for quiet about what they know; nothing else ends or moves by it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from audit.acts import acting, because
from audit.models import ChangeSet, User
from audit.relative_dates import counted
from contacts.models import Person
from rotations.models import Acknowledgement, Reminder, ReminderMessage
from rotations.policies import may_acknowledge

MOST_DAYS = 31


def acknowledge(*, reminders: Iterable[Reminder], person: Person, until_on: date, by: User, today: date) -> int:
    """Send `person` no messages of these things until `until_on`, the day included; return how many things they are.

    Reminders of others are left out. Raises PermissionDenied where `by` is not `person`, and ValidationError with code
    "past" for a day that is over and "far" for one more than 31 days ahead.
    """
    if not may_acknowledge(by, person):
        raise PermissionDenied("Everybody asks for quiet for themselves.")
    because(f"Knows of what is due, wants no messages until {until_on}")
    return _write(reminders, person, until_on, by, today)


def acknowledge_by_link(*, message: ReminderMessage, reminders: Iterable[Reminder], until_on: date, today: date) -> int:
    """Do the same for whoever has the link of a message: the system writes it, because nobody signed in."""
    reason = f"{message.person.name} answered the message of {message.on} by its link: quiet until {until_on}"
    mine = [each for each in reminders if each.message_id == message.pk]
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason=reason):
        return _write(mine, message.person, until_on, None, today)


def refuse_long(until_on: date, *, today: date) -> None:
    """Raise ValidationError with code "far" where `until_on` is more than 31 days ahead."""
    if until_on > today + timedelta(days=MOST_DAYS):
        words = f"Choose a day within {counted(MOST_DAYS, 'day')}: only a rotation ends reminders."
        raise ValidationError(words, code="far")


def end_quiet(*, acknowledgement: Acknowledgement, by: User) -> None:
    """Send messages of this thing again from the next one on. Raises PermissionDenied where it is not `by`'s own."""
    if not may_acknowledge(by, acknowledgement.person):
        raise PermissionDenied("Everybody asks for quiet for themselves, and ends it.")
    because("Wants messages again")
    acknowledgement.delete()


def _write(reminders: Iterable[Reminder], person: Person, until_on: date, by: User | None, today: date) -> int:
    if until_on < today:
        raise ValidationError("Choose today or a day to come.", code="past")
    refuse_long(until_on, today=today)
    things = {(each.secret_id, each.task_id): each for each in reminders if each.person_id == person.pk}
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)  # who asks twice at once is asked once
        for (secret, task), each in things.items():
            row = Acknowledgement.objects.filter(person=person, secret=secret, task=task).first()
            row = row or Acknowledgement(person=person, secret_id=secret, task_id=task)
            row.due_on = _due_on(each)
            row.until_on, row.by = until_on, by
            row.save()
    return len(things)


def _due_on(reminder: Reminder) -> date | None:
    if reminder.secret is not None:
        return reminder.secret.next_rotation_on
    return reminder.task.due_on if reminder.task is not None else None
