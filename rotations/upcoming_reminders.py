"""Knows who will be told of how much in the days to come, by the same ladder and path as what is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from django.db.models import Count, Q

from contacts.models import Person
from inventory.models import Secret
from rotations.audience import Audience
from rotations.clean_ups import clean_up_reminders
from rotations.ladder import most_specific, reached
from rotations.ladders import Ladders, ladders
from rotations.models import ReminderGap, ReminderRung

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


def week(*, today: date) -> list[DayAhead]:
    """Return the seven days after `today` on which somebody will be told, if nothing is rotated until then."""
    known, audience = ladders(), Audience(today=today)
    due = list(_due(known, today))
    found = []
    for number in range(1, DAYS + 1):
        day = today + timedelta(days=number)
        counts = _counts(due, known, audience.on(day), day)
        people = [Ahead(audience.people[key], count) for key, count in counts.items()]
        if people:
            found.append(DayAhead(day, sorted(people, key=lambda ahead: (ahead.person.name, ahead.person.pk))))
    return found


def _due(known: Ladders, today: date) -> Iterator[tuple[str, date, _Place, int]]:
    """Yield the clock, the due date, what decides on ladder and path, and the number of secrets alike."""
    columns = ("type_id", "type__responsible_team_id", "environment_id", "owner_id", "backup_owner_id", "team_id")
    last = today + timedelta(days=known.soonest + DAYS)
    not_waived = Q(status="compromised") | Q(waived_until__isnull=True) | Q(waived_until__lt=today)
    secrets = Secret.objects.in_use().filter(not_waived, next_rotation_on__lte=last).order_by()
    for due_on, count, *place in (
        secrets.values_list("next_rotation_on")
        .annotate(Count("pk"))
        .values_list("next_rotation_on", "pk__count", *columns)
    ):
        yield Clock.DUE, due_on, tuple(place), count
    for clock in (Clock.NO_DATE, Clock.NO_OWNER):
        gaps = ReminderGap.objects.filter(clock=clock).exclude(secret__status="retired").order_by()  # noqa: S106
        names = [f"secret__{column}" for column in columns]
        for since, count, *place in gaps.values_list("since", Count("pk"), *names):
            yield clock, since, tuple(place), count


def _counts(
    due: Sequence[tuple[str, date, _Place, int]], known: Ladders, audience: Audience, day: date
) -> Counter[int]:
    counts: Counter[int] = Counter()
    for clock, due_on, (kind, type_team, environment, owner, backup, team), count in due:
        ladder = most_specific(known.by_key, clock=clock, kind=kind, environment=environment)
        band = reached(known.rungs[ladder], due_on=due_on, today=day) if ladder is not None else None
        if band is None or due_on + timedelta(days=band.days) != day:
            continue
        people = audience.told_of(owner=owner, backup_owner=backup, team=team or type_team, steps=band.steps)
        counts.update(dict.fromkeys([who.person.pk for who in people], count))
    for line in clean_up_reminders(known, audience, today=day).lines:
        if line.due_on + timedelta(days=line.days) == day:
            counts[line.recipient.person.pk] += 1
    return counts
