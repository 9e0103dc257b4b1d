"""Who is to be told of clean-ups: who leads the rotation, else the owners of what still has an old value alive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F

from rotations.audience import Audience, Recipient
from rotations.ladder import Seat, most_specific, reached
from rotations.ladders import Ladders
from rotations.models import Acknowledgement, Reminder, ReminderRung, RotationItem, RotationTask

Clock = ReminderRung.Clock
LEADS, OWNS = "You lead the rotation.", "You own one of its secrets."


@dataclass(frozen=True, slots=True)
class _Line:
    task: RotationTask
    due_on: date
    days: int
    recipient: Recipient


@dataclass(frozen=True, slots=True)
class CleanUps:
    """The clean-ups that are to be told of today, and how many of them nobody can be told of."""

    lines: Sequence[_Line]
    nobody: int

    @property
    def recipients(self) -> list[Recipient]:
        """Return everybody who is told."""
        return [line.recipient for line in self.lines]

    def insert(self, messages: Mapping[tuple[int, str], int]) -> int:
        """Write down the reminders that are not known yet, and return how many they are."""
        known = Reminder.objects.filter(task__in={line.task.pk for line in self.lines})
        found = set(known.values_list("task_id", "person_id", "channel", "due_on", "days"))
        fresh = {key: row for key, row in self._rows(messages) if key not in found}
        Reminder.objects.bulk_create(fresh.values(), ignore_conflicts=True, batch_size=500)
        return len(fresh)

    def _rows(self, messages: Mapping[tuple[int, str], int]) -> Iterator[tuple[tuple[object, ...], Reminder]]:
        for line in self.lines:
            task, person = line.task, line.recipient.person
            for channel in [way.channel for way in line.recipient.ways if (person.pk, way.channel) in messages]:
                row = Reminder(
                    clock=Clock.CLEAN_UP,
                    task=task,
                    due_on=line.due_on,
                    days=line.days,
                    person=person,
                    channel=channel,
                    message_id=messages[person.pk, channel],
                    reason=line.recipient.reason,
                )
                yield (task.pk, person.pk, channel, line.due_on, line.days), row


def clean_up_reminders(known: Ladders, audience: Audience, *, today: date) -> CleanUps:
    """Return the clean-ups of which a rung was reached by `today`; three queries."""
    latest = today + timedelta(days=known.soonest)
    tasks = RotationTask.objects.waiting().filter(due_on__lte=latest).select_related("rotation").order_by("pk")
    alive = _alive(tasks)
    quiet = Acknowledgement.objects.filter(task__in=tasks, until_on__gte=today, due_on=F("task__due_on"))
    silent = set(quiet.values_list("task_id", "person_id"))
    lines, nobody = [], 0
    for task in tasks:
        ladder = most_specific(
            known.by_key, clock=Clock.CLEAN_UP, kind=None, environment=task.rotation.environment_id or ""
        )
        if ladder is None or task.due_on is None:
            continue
        band = reached(known.rungs[ladder], due_on=task.due_on, today=today)
        if band is not None:
            told = _told(task, alive.get(task.rotation_id, []), audience, band.steps)
            nobody += not told
            lines += [
                _Line(task, task.due_on, band.days, who) for who in told if (task.pk, who.person.pk) not in silent
            ]
    return CleanUps(lines, nobody)


def _alive(tasks: Iterable[RotationTask]) -> dict[int, list[RotationItem]]:
    found: dict[int, list[RotationItem]] = {}
    items = RotationItem.objects.with_old_one_alive().filter(rotation__tasks__in=tasks)
    for item in items.select_related("secret__type").order_by("pk"):
        found.setdefault(item.rotation_id, []).append(item)
    return found


def _told(task: RotationTask, alive: Sequence[RotationItem], audience: Audience, steps: int) -> list[Recipient]:
    """Return who is told, each once: up the path of the lead, else up those of the owners."""
    lead = audience.person(task.rotation.owner_id)
    if lead is not None:
        paths = [audience.seats(owner=lead, backup_owner=None, team=lead.team, owns=LEADS)]
    else:
        paths = [_path_of(item, audience) for item in alive] or [
            audience.seats(owner=None, backup_owner=None, team=None)
        ]
    told: dict[int, Recipient] = {}
    for seats in paths:
        for who in audience.told([seat for seat in seats if _is_somebody(seat)], steps=steps):
            told.setdefault(who.person.pk, who)
    return list(told.values())


def _path_of(item: RotationItem, audience: Audience) -> list[Seat]:
    secret = item.secret
    team = secret.team_id or (secret.type.responsible_team_id if secret.type is not None else None)
    return audience.seats_of(owner=secret.owner_id, backup_owner=secret.backup_owner_id, team=team, owns=OWNS)


def _is_somebody(seat: Seat) -> bool:
    # A rotation has no backup owner and needs none: an empty seat is no gap here.
    return seat.person is not None
