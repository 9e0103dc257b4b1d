"""Gathers what a plan is made from: secrets that need a day, people, freezes and what is planned already."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Q

from contacts.holidays import holidays_of
from contacts.models import Absence, Person, Team
from inventory.models import Dependency, Environment, Secret
from inventory.querysets import SecretQuerySet
from rotations.agendas import due_on
from rotations.drafting import clean_up_days
from rotations.models import FreezePeriod, Rotation, RotationItem
from rotations.planning.days import MOST_CLEAN_UP_DAYS
from rotations.planning.problem import Candidate, Days, Doer, Freeze, Kept, Problem, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be planned: a part of the register, between which days, with which limits.

    `moves` lets what is planned already take other days.
    """

    window: Days
    per_person: int
    in_all: int
    environment: Environment | None = None
    team: Team | None = None
    moves: bool = False

    @property
    def part(self) -> str:
        """The part of the register, in words."""
        if self.environment is not None:
            return self.environment.name
        return self.team.name if self.team is not None else "Everything"

    def secrets(self) -> SecretQuerySet:
        """Return the secrets in use of this part."""
        known: SecretQuerySet = Secret.objects.in_use()
        if self.environment is not None:
            known = known.filter(environment=self.environment)
        return known if self.team is None else known.of_team(self.team)


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """A secret that is to do in a planned rotation."""

    key: int
    secret: int
    name: str
    rotation: int
    on: date
    by: int | None
    may_move: bool


@dataclass
class Gathered:
    """The rows that a plan is made from, and the problem they pose. The number of queries does not grow with them."""

    wish: Wish
    today: date
    secrets: dict[int, Secret] = field(init=False)
    people: dict[int, Person] = field(init=False)
    without_interval: list[Secret] = field(init=False)

    def __post_init__(self) -> None:
        last = self.wish.window.last_on
        due = Q(status="compromised") | Q(next_rotation_on__isnull=True) | Q(next_rotation_on__lte=last)
        rows = self.wish.secrets().filter(due).select_related("environment", "type").order_by("name")
        found = [secret for secret in rows if self._is_due(secret)]
        self.without_interval = [secret for secret in found if self._has_no_interval(secret)]
        left_out = {secret.pk for secret in self.without_interval}
        self.secrets = {secret.pk: secret for secret in found if secret.pk not in left_out}
        self.people = {person.pk: person for person in Person.objects.active().order_by("pk")}

    def _is_due(self, secret: Secret) -> bool:
        if secret.is_compromised:
            return True
        waived = secret.waived_until
        if secret.next_rotation_on is None:
            return waived is None or waived <= self.wish.window.last_on
        return due_on(next_rotation_on=secret.next_rotation_on, waived_until=waived) <= self.wish.window.last_on

    @staticmethod
    def _has_no_interval(secret: Secret) -> bool:
        """Return whether nothing asks for its rotation: no interval, no date, and no leak."""
        return not secret.is_compromised and secret.next_rotation_on is None and secret.interval_days is None

    @cached_property
    def items(self) -> dict[int, PlannedItem]:
        """What is to do in planned rotations, by secret; where one is in several, the earliest."""
        planned = RotationItem.objects.latest_planned_first().exclude(rotation__state="draft")
        columns = ("pk", "secret", "secret__name", "rotation", "rotation__planned_on", "rotation__owner")
        rows: Iterable[Any] = planned.values_list(*columns, "secret__owner", "rotation__state")
        return {
            secret: PlannedItem(key, secret, name, rotation, on, lead or owner, state == Rotation.State.PLANNED)
            for key, secret, name, rotation, on, lead, owner, state in rows
        }

    @cached_property
    def moving(self) -> dict[int, PlannedItem]:
        """What is planned already and may take another day."""
        if not self.wish.moves:
            return {}
        return {key: item for key, item in self.items.items() if item.may_move and key in self.secrets}

    @cached_property
    def keeping(self) -> dict[int, PlannedItem]:
        """What is planned already and stays."""
        return {key: item for key, item in self.items.items() if key not in self.moving}

    def problem(self) -> Problem:
        """Return what the planner is asked."""
        needs = self._needs()
        candidates = [self._candidate(secret, needs) for key, secret in self.secrets.items() if key not in self.keeping]
        taken = Counter((item.by, item.on) for item in self.keeping.values() if item.by is not None)
        return Problem(
            window=self.wish.window,
            candidates=candidates,
            people=self._doers(),
            per_person=self.wish.per_person,
            in_all=self.wish.in_all,
            freezes=self._freezes(),
            kept={key: Kept(item.name, item.on, needs.get(key, frozenset())) for key, item in self.keeping.items()},
            taken=dict(taken),
            taken_in_all=dict(Counter(item.on for item in self.keeping.values())),
            clean_up_days=clean_up_days(),
        )

    def _candidate(self, secret: Secret, needs: Mapping[int, frozenset[int]]) -> Candidate:
        due, urgency = self._due(secret)
        item = self.moving.get(secret.pk)
        return Candidate(
            key=secret.pk,
            name=secret.name,
            environment=secret.environment_id,
            service=secret.service_id,
            owner=self._active(secret.owner_id),
            backup_owner=self._active(secret.backup_owner_id),
            due_on=due,
            urgency=urgency,
            depends_on=needs.get(secret.pk, frozenset()),
            planned_on=item.on if item is not None else None,
        )

    def _due(self, secret: Secret) -> tuple[date | None, Urgency]:
        if secret.is_compromised:
            return secret.next_rotation_on, Urgency.COMPROMISED
        waived = secret.waived_until if secret.waived_until and secret.waived_until >= self.today else None
        if secret.next_rotation_on is None:
            return waived, Urgency.NONE if waived is not None else Urgency.NO_DATE
        due = due_on(next_rotation_on=secret.next_rotation_on, waived_until=waived)
        return due, Urgency.OVERDUE if due < self.today else Urgency.NONE

    def _active(self, key: int | None) -> int | None:
        return key if key in self.people else None

    def _needs(self) -> dict[int, frozenset[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for key, other in Dependency.objects.order_by("pk").values_list("secret", "depends_on"):
            found[key].add(other)
        return {key: frozenset(others) for key, others in found.items()}

    def _doers(self) -> dict[int, Doer]:
        window = self.wish.window
        years = range(window.first_on.year, (window.last_on + timedelta(days=MOST_CLEAN_UP_DAYS)).year + 1)
        absences: dict[int, list[Days]] = defaultdict(list)
        for absence in Absence.objects.filter(last_on__gte=window.first_on).order_by("first_on", "pk"):
            absences[absence.person_id].append(Days(absence.first_on, absence.last_on))
        return {
            key: Doer(key, person.name, holidays_of(person.holidays or settings.HOLIDAYS, years), absences[key])
            for key, person in self.people.items()
        }

    def _freezes(self) -> list[Freeze]:
        rows = FreezePeriod.objects.filter(last_on__gte=self.wish.window.first_on).order_by("first_on", "pk")
        return [Freeze(Days(row.first_on, row.last_on), row.environment_id, row.reason) for row in rows]
