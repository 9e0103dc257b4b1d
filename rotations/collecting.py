"""Writes down who is to be told of what today, once for each rung, and in which message; sends nothing.

It may run as often and as many times at once as anybody likes: constraints of the database keep each reminder single.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef

from audit.one_at_a_time import REMINDERS, wait_for_others
from inventory.models import Secret
from inventory.querysets import not_waived
from rotations import collecting_sql
from rotations.abandoned import take_up_abandoned
from rotations.audience import Audience, Recipient
from rotations.clean_ups import clean_up_reminders
from rotations.collecting_sql import Lists
from rotations.forgetting import forget
from rotations.ladder import Band, bands, most_specific
from rotations.ladders import Ladders, ladders
from rotations.models import Reminder, ReminderGap, ReminderMessage, ReminderRun, ReminderRung
from rotations.settled import over

Clock, State = ReminderRung.Clock, ReminderMessage.State
Messages: TypeAlias = Mapping[tuple[int, str], int]


@dataclass(frozen=True, slots=True)
class Collected:
    """How many reminders were new, and of how many things nobody can be told."""

    made: int
    nobody: int


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be told by one clock: the secrets' places, the bands of their ladders, and who is told by path."""

    clock: str
    places: Sequence[dict[str, object]]
    bands: Mapping[int, Sequence[Band]]
    told: Mapping[tuple[int, int], Sequence[Recipient]]


def collect(*, today: date, now: datetime) -> Collected:
    """Write down what is to be told on `today`, all or nothing; the number of statements is the same for any number.

    Who got today's message already is told of the rest tomorrow: one message a day.
    """
    with transaction.atomic():
        wait_for_others(REMINDERS)
        take_up_abandoned(now)  # before today's are made: who would get two today gets one
        audience = Audience(today=today)
        _note_gaps(today)
        _tidy(audience, today=today)
        known = ladders()
        wanted = [_wanted(clock, known, audience, today) for clock in (Clock.DUE, Clock.NO_DATE, Clock.NO_OWNER)]
        tasks = clean_up_reminders(known, audience, today=today)
        recipients = [who for each in wanted for told in each.told.values() for who in told]
        messages = _messages([*recipients, *tasks.recipients], today=today, now=now)
        made = sum(_insert(each, messages, today) for each in wanted) + tasks.insert(messages)
        nobody = sum(_count_nobody(each, today) for each in wanted) + tasks.nobody
        ReminderMessage.objects.filter(state=State.WAITING, reminders__isnull=True).delete()
        _note_run(today, now, made, nobody)
        return Collected(made, nobody)


def _tidy(audience: Audience, *, today: date) -> None:
    """Take back what waits and no longer holds, and move to today what could not be sent before."""
    waiting = ReminderMessage.objects.filter(state=State.WAITING)
    list(waiting.order_by("pk").select_for_update().values_list("pk", flat=True))  # nobody sends them meanwhile
    gone = [
        message.pk
        for message in waiting
        if not audience.is_there(message.person_id) or not audience.has_way(message.person_id, message.channel)
    ]
    ReminderMessage.objects.filter(pk__in=gone).delete()
    Reminder.objects.filter(message__state=State.WAITING).filter(over(today)).delete()
    todays = ReminderMessage.objects.filter(person=OuterRef("person"), channel=OuterRef("channel"), on=today)
    waiting.filter(~Exists(todays), on__lt=today).update(on=today)


def _note_gaps(today: date) -> None:
    """Remember since when secrets have no date or no owner, and forget those that have."""
    without_date = Secret.objects.in_use().filter(not_waived(today), next_rotation_on__isnull=True)
    for clock, secrets in ((Clock.NO_DATE, without_date), (Clock.NO_OWNER, Secret.objects.without_owner())):
        ReminderGap.objects.filter(clock=clock).exclude(secret__in=secrets).delete()
        collecting_sql.begin_gaps(secrets, clock=clock, since=today)


def _wanted(clock: str, known: Ladders, audience: Audience, today: date) -> _Wanted:
    """Return what is to be told by `clock`: places, ladders and paths are worked out once for all secrets alike."""
    paths: dict[tuple[int | None, int | None, int | None], int] = {}
    numbers: dict[int, list[Band]] = {}
    places = []
    earliest = _earliest(clock) or today
    for kind, type_team, environment, owner, backup, team in _groups(clock):
        ladder = most_specific(known.by_key, clock=clock, kind=kind, environment=environment)
        if ladder is not None:
            path = paths.setdefault((owner, backup, team or type_team), len(paths))
            numbers.setdefault(ladder, bands(known.rungs[ladder], today=today, earliest=earliest))
            place = {"ladder": ladder, "path": path, "kind": kind or 0, "environment": environment}
            places.append(place | {"owner": owner or 0, "backup": backup or 0, "team": team or 0})
    steps = {band.steps for found in numbers.values() for band in found}
    told = {
        (path, number): audience.told_of(owner=owner, backup_owner=backup, team=team, steps=number)
        for (owner, backup, team), path in paths.items()
        for number in steps
    }
    return _Wanted(clock, places, numbers, told)


def _groups(clock: str) -> Iterator[tuple[int | None, int | None, str, int | None, int | None, int | None]]:
    """Yield each combination there is of what decides on ladder and path; one query."""
    secrets = Secret.objects.in_use()
    if clock != Clock.DUE:
        secrets = secrets.filter(reminder_gaps__clock=clock)
    columns = ("type_id", "type__responsible_team_id", "environment_id", "owner_id", "backup_owner_id", "team_id")
    yield from secrets.order_by().values_list(*columns).distinct()


def _earliest(clock: str) -> date | None:
    if clock == Clock.DUE:
        return Secret.objects.in_use().aggregate(day=Min("next_rotation_on"))["day"]  # type: ignore[no-any-return]
    return ReminderGap.objects.filter(clock=clock).aggregate(day=Min("since"))["day"]  # type: ignore[no-any-return]


def _messages(recipients: Sequence[Recipient], *, today: date, now: datetime) -> Messages:
    """Return today's messages that nobody began to send, by person and channel, making those that are missing."""
    keys = sorted({(who.person.pk, way.channel) for who in recipients for way in who.ways})
    made = [
        ReminderMessage(person_id=person, channel=channel, on=today, made_at=now, next_attempt_at=now)
        for person, channel in keys
    ]
    ReminderMessage.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    rows = ReminderMessage.objects.filter(on=today, state=State.WAITING).order_by("pk").select_for_update()
    return {(person, channel): key for person, channel, key in rows.values_list("person_id", "channel", "pk")}


def _insert(wanted: _Wanted, messages: Messages, today: date) -> int:
    rows = [
        {"path": path, "steps": steps, "person": who.person.pk, "channel": way.channel, "reason": who.reason}
        | {"message": messages[who.person.pk, way.channel]}
        for (path, steps), told in wanted.told.items()
        for who in told
        for way in who.ways
        if (who.person.pk, way.channel) in messages
    ]
    return collecting_sql.insert(_lists(wanted, rows), clock=wanted.clock, today=today) if rows else 0


def _count_nobody(wanted: _Wanted, today: date) -> int:
    rows: list[dict[str, object]] = [
        {"path": path, "steps": steps} for (path, steps), told in wanted.told.items() if not told
    ]
    return collecting_sql.count(_lists(wanted, rows), clock=wanted.clock, today=today) if rows else 0


def _lists(wanted: _Wanted, told: Sequence[dict[str, object]]) -> Lists:
    listed = [
        {"ladder": ladder, "days": band.days, "steps": band.steps}
        | {"first_due": band.first_due, "last_due": band.last_due}
        for ladder, found in wanted.bands.items()
        for band in found
    ]
    return Lists(wanted.places, listed, told)


def _note_run(today: date, now: datetime, made: int, nobody: int) -> None:
    run, is_first = ReminderRun.objects.get_or_create(on=today)
    if is_first:
        forget(today=today)
    ReminderRun.objects.filter(pk=run.pk).update(last_at=now, made=F("made") + made, nobody=nobody)
