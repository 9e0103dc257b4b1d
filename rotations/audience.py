"""Knows who is told of a secret or a clean-up on a day: the escalation path, as far as people can be reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from django.db.models import Q

from contacts.delivery import Way, ways_to, why_not
from contacts.escalation import Call, CallOrders
from contacts.models import Person, Team
from rotations.ladder import Seat, Told, told
from rotations.models import ReminderMessage

# How long a message that could not be delivered keeps others from being sent to the same address.
GIVEN_UP_DAYS = 7
PRIMARY = "Primary owner"
AFTER_THE_PATH = 10_000
# The keys of owner, backup owner and team, which decide together who is told.
Path: TypeAlias = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told, why, and by which ways."""

    person: Person
    reason: str
    ways: Sequence[Way]


class Audience:
    """The people of one day, and by which ways each can be reached; seven queries, however many are asked about."""

    def __init__(self, *, today: date) -> None:
        self._orders = CallOrders(today=today)
        people = Person.objects.select_related("team__lead", "account")
        self.people = {person.pk: person for person in people}
        self._teams = {team.pk: team for team in Team.objects.select_related("lead")}
        self._failing = _failing(today)
        self._shut_out = shut_out()
        self._ways = {key: self._ways_to(person) for key, person in self.people.items()}
        self._security = _security()
        self._paths: dict[Path, list[Seat]] = {}
        self._told: dict[tuple[Path, int], list[Recipient]] = {}

    def on(self, day: date) -> Audience:
        """Return the same people on another day; one query."""
        found = copy(self)
        found._orders = self._orders.on(day)
        found._paths, found._told = {}, {}
        return found

    def person(self, key: int | None) -> Person | None:
        """Return the person of a key."""
        return self.people.get(key) if key is not None else None

    def team(self, key: int | None) -> Team | None:
        """Return the team of a key, with its lead."""
        return self._teams.get(key) if key is not None else None

    def has_way(self, key: int, channel: str) -> bool:
        """Return whether this person is told by `channel`, if they are."""
        return any(way.channel == channel for way in self._ways.get(key, ()))

    def seats(
        self, *, owner: Person | None, backup_owner: Person | None, team: Team | None, owns: str = "You own it."
    ) -> list[Seat]:
        """Return the escalation path as seats, behind its end the people of security; no query."""
        calls = self._orders.of(owner=owner, backup_owner=backup_owner, team=team)
        security = [Seat(AFTER_THE_PATH, *self._why_security(person)) for person in self._security]
        return [*(self._seat(call, owns) for call in calls), *security]

    def seats_of(
        self, *, owner: int | None, backup_owner: int | None, team: int | None, owns: str = "You own it."
    ) -> list[Seat]:
        """Return the same for keys."""
        people = self.person(owner), self.person(backup_owner)
        return self.seats(owner=people[0], backup_owner=people[1], team=self.team(team), owns=owns)

    def told_of(self, *, owner: int | None, backup_owner: int | None, team: int | None, steps: int) -> list[Recipient]:
        """Return who is told of a secret of these people; worked out once for all secrets alike."""
        path = (owner, backup_owner, team)
        if (path, steps) not in self._told:
            if path not in self._paths:
                self._paths[path] = self.seats_of(owner=owner, backup_owner=backup_owner, team=team)
            self._told[path, steps] = self.told(self._paths[path], steps=steps)
        return self._told[path, steps]

    def told(self, seats: Iterable[Seat], *, steps: int) -> list[Recipient]:
        """Return who is told where `steps` of the path are."""
        return [self._recipient(each) for each in told(seats, steps=steps)]

    def is_there(self, key: int) -> bool:
        """Return whether this person can be told today."""
        person = self.people.get(key)
        is_known = person is not None and person.is_active and key not in self._shut_out
        return is_known and key not in self._orders.away

    def _recipient(self, each: Told) -> Recipient:
        return Recipient(self.people[each.person], each.reason[:400], self._ways[each.person])

    def _seat(self, call: Call, owns: str) -> Seat:
        if call.person is None:
            return Seat(call.step, None, "", call.gap)
        return Seat(call.step, call.person.pk, _why(call, owns), call.gap or self._absent(call.person))

    def _why_security(self, person: Person) -> tuple[int, str, str]:
        return person.pk, "You are in security. It goes up the escalation path.", self._absent(person)

    def _absent(self, person: Person) -> str:
        """Return why nothing can be sent to `person` today, "" where it can."""
        if not person.is_active:
            return f"{person.name} is no longer active"
        if person.pk in self._shut_out:
            return f"{person.name} may no longer see the register"
        if person.pk in self._orders.away:
            return f"{person.name} is away until {self._orders.away[person.pk]}"
        if self._ways[person.pk]:
            return ""
        if ways_to(person):
            return f"What was sent to {person.name} lately could not be delivered"
        return f"{person.name} {why_not(person)}"

    def _ways_to(self, person: Person) -> list[Way]:
        return [way for way in ways_to(person) if (person.pk, way.channel, way.address) not in self._failing]


def _why(call: Call, owns: str) -> str:
    """Return why somebody is told, in a sentence."""
    if call.reason == PRIMARY:
        return owns
    if call.reason == "Backup owner":
        return "You back it up."
    if call.reason.startswith(("Team lead", "Lead of ")):
        words = f"You lead {call.team.name}." if call.team is not None else "You lead the team."
    elif call.team is not None:
        words = f"You are in {call.team.name}."
    else:
        words = f"You are {call.reason}."
    return f"{words} It goes up the escalation path."


def shut_out() -> set[int]:
    """Return the keys of people with an account that may no longer see the register; one query.

    Who never had an account is told of what they own all the same.
    """
    gone = Q(account__is_active=False) | Q(account__is_superuser=False, account__grants__isnull=True)
    return set(Person.objects.filter(gone, account__isnull=False).values_list("pk", flat=True))


def _security() -> list[Person]:
    """Return those whose accounts have the role security, by name."""
    rule = Q(account__grants__role="security") | Q(account__is_superuser=True)
    return list(Person.objects.active().filter(rule, account__is_active=True).distinct().order_by("name", "pk"))


def _failing(today: date) -> set[tuple[int, str, str]]:
    """Return the people, channels and addresses to which the latest message could not be delivered a few days ago."""
    since = today - timedelta(days=GIVEN_UP_DAYS)
    rows = ReminderMessage.objects.filter(on__gt=since, state__in=("sent", "undeliverable")).order_by("on", "pk")
    latest = {
        (person, channel, address): state
        for person, channel, address, state in rows.values_list("person_id", "channel", "address", "state")
    }
    return {key for key, state in latest.items() if state == ReminderMessage.State.UNDELIVERABLE}
