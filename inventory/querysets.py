"""Chooses secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import transaction
from django.db.models import F, Q

from audit.policies import may_see_register
from audit.tracked import TrackedQuerySet
from inventory.policy import DUE_SOON_DAYS, Standing

if TYPE_CHECKING:
    from audit.models import User
    from contacts.models import Person, Team
    from inventory.models import Secret  # noqa: F401


# What the next rotation is worked out from.
SCHEDULING = frozenset(
    {"last_rotated_on", "type", "rotation_interval_days", "next_rotation_reason", "next_rotation_on"}
)


def not_waived(today: date) -> Q:
    """Return what a secret is whose rotation nobody has waived on `today`; for a compromised one no waiver counts."""
    return Q(status="compromised") | Q(waived_until__isnull=True) | Q(waived_until__lt=today)


class SecretQuerySet(TrackedQuerySet["Secret"]):
    """Secrets."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Add the secrets with their next rotations and history."""
        rows = list(objs)
        for secret in rows:
            secret.derive_next_rotation()
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Write `fields` and what follows from them for the next rotation."""
        rows, names = list(objs), set(fields)
        if SCHEDULING.intersection(names):
            names.add("next_rotation_on")
            for secret in rows:
                secret.derive_next_rotation()
        return super().bulk_update(rows, names, batch_size=batch_size)

    def update(self, **values: Any) -> int:
        """Write `values` and what follows from them for the next rotation."""
        if not SCHEDULING.intersection(name.removesuffix("_id") for name in values):
            return super().update(**values)
        with transaction.atomic():
            keys = self._locked_keys()
            chosen = self.model.objects.filter(pk__in=keys)
            count = super(SecretQuerySet, chosen).update(**values)
            chosen.bulk_update(chosen.select_related("type"), ["next_rotation_on"])
        return count

    def visible_to(self, user: User) -> Self:
        """Return what `user` may see: everything or nothing."""
        return self.all() if may_see_register(user) else self.none()

    def in_use(self) -> Self:
        """Return all but the retired ones."""
        return self.exclude(status="retired")

    def active(self) -> Self:
        """Return those whose status is active."""
        return self.filter(status="active")

    def owned_by(self, person: Person) -> Self:
        """Return those `person` owns."""
        return self.filter(owner=person)

    def answered_for_by(self, person: Person) -> Self:
        """Return those `person` owns or backs up."""
        return self.filter(Q(owner=person) | Q(backup_owner=person))

    def of_team(self, team: Team) -> Self:
        """Return those whose team, their own or their type's, is `team`."""
        return self.filter(Q(team=team) | Q(team__isnull=True, type__responsible_team=team))

    def without_owner(self) -> Self:
        """Return those in use that nobody answers for: no owner, or one who has left."""
        return self.in_use().filter(Q(owner__isnull=True) | Q(owner__is_active=False))

    def without_backup_owner(self) -> Self:
        """Return those in use that nobody would take over."""
        return self.in_use().filter(Q(backup_owner__isnull=True) | Q(backup_owner__is_active=False))

    def rotate_now(self, today: date) -> Self:
        """Return the compromised ones."""
        return self.filter(status="compromised")

    def waived(self, today: date) -> Self:
        """Return those approved not to rotate on `today`."""
        return self._not_compromised().filter(waived_until__gte=today)

    def no_date(self, today: date) -> Self:
        """Return those without a next rotation."""
        return self._due_by_date(today).filter(next_rotation_on__isnull=True)

    def overdue(self, today: date) -> Self:
        """Return those whose next rotation was before `today`."""
        return self._due_by_date(today).filter(next_rotation_on__lt=today)

    def due_soon(self, today: date) -> Self:
        """Return those due from `today` to 30 days on, both included."""
        last = today + timedelta(days=DUE_SOON_DAYS)
        return self._due_by_date(today).filter(next_rotation_on__gte=today, next_rotation_on__lte=last)

    def on_schedule(self, today: date) -> Self:
        """Return those due later than in 30 days."""
        return self._due_by_date(today).filter(next_rotation_on__gt=today + timedelta(days=DUE_SOON_DAYS))

    def with_standing(self, standing: str, today: date) -> Self:
        """Return those that stand so on `today`; raises ValueError for a word that is no standing."""
        choose: dict[Standing, Callable[[date], Self]] = {
            Standing.ROTATE_NOW: self.rotate_now,
            Standing.OVERDUE: self.overdue,
            Standing.DUE_SOON: self.due_soon,
            Standing.NO_DATE: self.no_date,
            Standing.WAIVED: self.waived,
            Standing.ON_SCHEDULE: self.on_schedule,
        }
        return choose[Standing(standing)](today)

    def most_urgent_first(self) -> Self:
        """Return them by next rotation, those without one first, then by key."""
        return self.order_by(F("next_rotation_on").asc(nulls_first=True), "pk")

    def with_people(self) -> Self:
        """Return them with all that a table shows of them, without further queries."""
        return self.select_related("environment", "service", "type__responsible_team", "team", "owner", "backup_owner")

    def _not_compromised(self) -> Self:
        return self.filter(status__in=("active", "deprecated"))

    def _due_by_date(self, today: date) -> Self:
        return self._not_compromised().filter(not_waived(today))
