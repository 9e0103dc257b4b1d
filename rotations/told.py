"""Knows what was sent to whom, what is quiet, and what one person was told of that still stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from contacts.models import Person
from rotations.models import Acknowledgement, Invitation, Reminder, ReminderMessage
from rotations.settled import over, settled

MOST_NAMES, MOST_OPEN, GIVEN_UP_DAYS = 5, 100, 7
State = ReminderMessage.State


@dataclass(frozen=True, slots=True)
class Thing:
    """A secret or a clean-up that somebody was told of, and what else is to be said of it."""

    reminder: Reminder
    also: list[Reminder]


@dataclass(frozen=True, slots=True)
class Told:
    """A message, and the first things that it told of."""

    message: ReminderMessage
    things: Sequence[Reminder]

    @property
    def left(self) -> int:
        """How many things are not among the first ones."""
        return max(self.message.count - len(self.things), 0)


def messages() -> QuerySet[ReminderMessage]:
    """Return every message with its person, the latest first."""
    return ReminderMessage.objects.select_related("person").order_by("-on", "-pk")


def with_things(page: Iterable[ReminderMessage]) -> list[Told]:
    """Return the messages with what they tell of; one query."""
    known = list(page)
    place = Window(RowNumber(), partition_by=F("message"), order_by=[F("due_on").asc(), F("pk").asc()])
    rows = Reminder.objects.filter(message__in=known).annotate(place=place).filter(place__lte=2 * MOST_NAMES)
    found: dict[int, dict[tuple[int | None, int | None], Reminder]] = {}
    for row in rows.select_related("secret", "task__rotation__environment").order_by("message", "place"):
        found.setdefault(row.message_id, {}).setdefault((row.secret_id, row.task_id), row)
    return [Told(message, list(found.get(message.pk, {}).values())[:MOST_NAMES]) for message in known]


def undelivered(today: date) -> QuerySet[ReminderMessage]:
    """Return what could not be delivered in the last seven days, the latest first."""
    return messages().filter(state=State.UNDELIVERABLE, on__gt=today - timedelta(days=GIVEN_UP_DAYS))


def not_invited(today: date) -> QuerySet[Invitation]:
    """Return the invitations to days to come that could not be delivered, in the order of the days."""
    failed = Invitation.objects.filter(is_settled=True, on__gte=today).exclude(error="")
    return failed.select_related("person", "rotation__environment").order_by("on", "person__name", "pk")


def open_for(person: Person, *, today: date) -> list[Thing]:
    """Return what `person` was told of that still stands and is not quiet, the latest rung of each; one query."""
    rows = Reminder.objects.filter(person=person).exclude(message__state=State.UNDELIVERABLE).exclude(over(today))
    rows = rows.select_related("secret", "task__rotation__environment").order_by("due_on", "days", "pk")
    latest = {(row.clock, row.secret_id, row.task_id): row for row in rows[: MOST_OPEN * 10]}
    return _things(latest.values())[:MOST_OPEN]


def things_of(message: ReminderMessage) -> list[Thing]:
    """Return what `message` tells of and is not settled; one query."""
    rows = Reminder.objects.filter(message=message).exclude(settled())
    return _things(rows.select_related("secret", "task__rotation__environment").order_by("due_on", "clock", "pk"))


def _things(rows: Iterable[Reminder]) -> list[Thing]:
    found: dict[tuple[int | None, int | None], Thing] = {}
    for row in rows:
        known = found.setdefault((row.secret_id, row.task_id), Thing(row, []))
        if known.reminder is not row:
            known.also.append(row)
    return list(found.values())


def quiet_for(person: Person, *, today: date) -> list[Acknowledgement]:
    """Return what `person` wants no messages of; one query."""
    rows = Acknowledgement.objects.filter(person=person, until_on__gte=today)
    return list(rows.select_related("secret", "task__rotation__environment").order_by("until_on", "pk"))
