"""Knows what one calendar was asked for: whose rights, which secrets, which days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID, uuid5

from django.conf import settings
from django.utils import timezone

from audit.models import User
from contacts.models import Person, Team
from inventory.models import Environment, Secret, SecretType
from inventory.policies import person_of
from inventory.querysets import SecretQuerySet
from rotations.models import CalendarFeed

Scope = CalendarFeed.Scope
DAYS_BACK, DAYS_AHEAD = 366, 400
# How long a calendar still tells of what is cancelled, counted from its day and from the day of cancelling.
DAYS_CANCELLED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarWindow:
    """What every source of calendar entries is given: an account with its rights of today, a scope, and two days.

    `person`, `team`, `environment` and `type` belong to the scopes of these names; both ends are included. What is
    chosen (`with_…`) is for the sources to follow.
    """

    account: User
    scope: str
    today: date
    register: UUID
    person: Person | None = None
    team: Team | None = None
    environment: Environment | None = None
    type: SecretType | None = None
    with_reminders: bool = True
    with_clean_ups: bool = False
    with_expected: bool = False
    with_alarms: bool = False

    @classmethod
    def of(cls, feed: CalendarFeed, *, today: date, register: UUID) -> CalendarWindow:
        """Return what `feed` asks for on `today`."""
        return cls(
            account=feed.account,
            scope=feed.scope,
            today=today,
            register=register,
            person=feed.person,
            team=feed.team,
            environment=feed.environment,
            type=feed.type,
            with_reminders=feed.with_reminders,
            with_clean_ups=feed.with_clean_ups,
            with_expected=feed.with_expected,
            with_alarms=feed.with_alarms,
        )

    @property
    def first_on(self) -> date:
        """The first day that is shown."""
        return self.today - timedelta(days=DAYS_BACK)

    @property
    def last_on(self) -> date:
        """The last day that is shown."""
        return self.today + timedelta(days=DAYS_AHEAD)

    @property
    def cancelled_since(self) -> date:
        """The first day of which, or of whose cancelling, cancelled entries are still told."""
        return self.today - timedelta(days=DAYS_CANCELLED)

    @property
    def cancelled_since_at(self) -> datetime:
        """The instant at which `cancelled_since` begins in the register's time zone."""
        return datetime.combine(self.cancelled_since, time(), timezone.get_default_timezone())

    @property
    def is_whole(self) -> bool:
        """Whether the scope knows no owner and no team, so that agendas are shown whole."""
        return self.scope in (Scope.EVERYTHING, Scope.ENVIRONMENT)

    def secrets(self) -> SecretQuerySet:
        """Return the secrets of the scope that the account may see."""
        visible: SecretQuerySet = Secret.objects.visible_to(self.account)
        if self.scope == Scope.EVERYTHING:
            return visible
        if self.scope == Scope.ENVIRONMENT:
            return visible.filter(environment=self.environment)
        if self.scope == Scope.TEAM and self.team is not None:
            return visible.of_team(self.team)
        if self.scope == Scope.TYPE and self.type is not None:
            return visible.filter(type=self.type)
        return visible.answered_for_by(self.whose) if self.whose is not None else visible.none()

    @property
    def whose(self) -> Person | None:
        """The person whose calendar it is, in the scopes that are about one."""
        return person_of(self.account) if self.scope == Scope.MINE else self.person

    def uid_of(self, *parts: object) -> str:
        """Return the UID of what `parts` identify together, of a source of entries."""
        return uid_of(self.register, *parts)


def uid_of(register: UUID, *parts: object) -> str:
    """Return the UID of what `parts` identify together: the same for its whole life, wherever it is served."""
    return _uid(register, "/".join(map(str, parts)))


@lru_cache(maxsize=32_768)
def _uid(register: UUID, words: str) -> str:
    return f"{uuid5(register, words)}@{register}"


def register_address(path: str) -> str:
    """Return the full address of a page of this register."""
    return f"{settings.SITE_URL}{path}"
