"""Knows what one calendar was asked for: whose rights, which secrets, which days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid5

from django.conf import settings

from audit.models import User
from contacts.models import Team
from inventory.models import Environment, Secret
from inventory.policies import person_of
from inventory.querysets import SecretQuerySet
from rotations.models import CalendarFeed

Scope = CalendarFeed.Scope
DAYS_BACK, DAYS_AHEAD = 366, 400
# How long a calendar still tells of what is cancelled, counted from its day.
DAYS_CANCELLED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarWindow:
    """What every source of calendar entries is given: an account with its rights of today, a scope, and two days.

    `team` belongs to the scope "team", `environment` to the scope "environment"; both ends are included.
    """

    account: User
    scope: str
    today: date
    register: UUID
    team: Team | None = None
    environment: Environment | None = None

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
        """The first day of which cancelled entries are still told."""
        return self.today - timedelta(days=DAYS_CANCELLED)

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
        person = person_of(self.account)
        return visible.answered_for_by(person) if person is not None else visible.none()

    def uid(self, identity: UUID) -> str:
        """Return the UID of what has an identity of its own: the same for its whole life, wherever it is served."""
        return f"{identity}@{self.register}"

    def uid_of(self, *parts: object) -> str:
        """Return the UID of what `parts` identify together."""
        return self.uid(uuid5(self.register, "/".join(map(str, parts))))


def register_address(path: str) -> str:
    """Return the full address of a page of this register."""
    return f"{settings.SITE_URL}{path}"
