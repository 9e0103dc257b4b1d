"""Knows who will be told of how much in the days to come, by the same ladder and path as what is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from django.db.models import Case, Count, FilteredRelation, Q, When

from contacts.models import Person
from inventory.models import Secret
from inventory.querysets import not_waived
from rotations.audience import Audience
from rotations.clean_ups import clean_up_reminders
from rotations.ladder import most_specific, reached
from rotations.ladders import Ladders, ladders
from rotations.models import ReminderRung

Clock = ReminderRung.Clock
DAYS = 7
_Place: TypeAlias = tuple[int | None, int | None, str, int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Ahead:
    """Somebody who will be told on a day, and of how many things."""

    person: Person
    count: int


@dataclass(frozen=True, slots=True)
class DayAhead:
    """A day to come, and who will be told on it, by name."""

    on: date
    people: Sequence[Ahead]


@dataclass(frozen=True, slots=True)
class _Alike:
    """Secrets with the same days to count from, by clock, and of the same ladder and path; and how many they are."""

    days: Mapping[str, date]
    place: _Place
    number: int


def week(*, today: date) -> list[DayAhead]:
    """Return the seven days after `today` on which somebody will be told, if nothing is rotated until then."""
    known, audience = ladders(), Audience(today=today)
    secrets = _alike(known, today)
    found = []
    for number in range(1, DAYS + 1):
        day = today + timedelta(days=number)
        counts = _counts(secrets, known, audience.on(day), day)
        people = [Ahead(audience.people[key], count) for key, count in counts.items()]
        if people:
            found.append(DayAhead(day, sorted(people, key=lambda ahead: (ahead.person.name, ahead.person.pk))))
    return found


def _alike(known: Ladders, today: date) -> list[_Alike]:
    """Return the secrets of which somebody may be told, with those alike taken together; one query."""
    columns = ("type_id", "type__responsible_team_id", "environment_id", "owner_id", "backup_owner_id", "team_id")
    soon = not_waived(today) & Q(next_rotation_on__lte=today + timedelta(days=known.soonest + DAYS))
    gaps = {
        clock: FilteredRelation("reminder_gaps", condition=Q(reminder_gaps__clock=clock))
        for clock in (Clock.NO_DATE, Clock.NO_OWNER)
    }
    secrets = Secret.objects.in_use().annotate(due=Case(When(soon, then="next_rotation_on")), **gaps)
    told_of = Q(due__isnull=False) | Q(no_date__isnull=False) | Q(no_owner__isnull=False)
    clocks = (Clock.DUE, Clock.NO_DATE, Clock.NO_OWNER)
    rows: Iterable[Any] = (
        secrets.filter(told_of)
        .order_by()
        .values("due", "no_date__since", "no_owner__since", *columns)
        .annotate(number=Count("pk"))
        .values_list("number", "due", "no_date__since", "no_owner__since", *columns)
    )
    found = []
    for number, due, no_date, no_owner, *place in rows:
        days = zip(clocks, (due, no_date, no_owner), strict=True)
        found.append(_Alike({clock: day for clock, day in days if day is not None}, tuple(place), number))
    return found


def _counts(secrets: Sequence[_Alike], known: Ladders, audience: Audience, day: date) -> Counter[int]:
    counts: Counter[int] = Counter()
    for alike in secrets:
        counts.update(dict.fromkeys(_told(alike, known, audience, day), alike.number))
    for line in clean_up_reminders(known, audience, today=day).lines:
        if line.due_on + timedelta(days=line.days) == day:
            counts[line.recipient.person.pk] += 1
    return counts


def _told(alike: _Alike, known: Ladders, audience: Audience, day: date) -> set[int]:
    """Return the keys of the people who are told on `day`, for whatever reasons: a secret is one thing."""
    kind, type_team, environment, owner, backup, team = alike.place
    found = set()
    for clock, due_on in alike.days.items():
        ladder = most_specific(known.by_key, clock=clock, kind=kind, environment=environment)
        band = reached(known.rungs[ladder], due_on=due_on, today=day) if ladder is not None else None
        if band is not None and due_on + timedelta(days=band.days) == day:
            people = audience.told_of(owner=owner, backup_owner=backup, team=team or type_team, steps=band.steps)
            found |= {who.person.pk for who in people}
    return found
