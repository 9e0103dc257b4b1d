"""Chooses rotations, their items and calendar feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Coalesce

from audit.policies import may_see_register
from audit.tracked import TrackedQuerySet

if TYPE_CHECKING:
    from audit.models import User
    from contacts.models import Person
    from rotations.models import CalendarFeed, Rotation, RotationItem, RotationTask  # noqa: F401


class RotationQuerySet(TrackedQuerySet["Rotation"]):
    """Rotations."""

    def visible_to(self, user: User) -> Self:
        """Return what `user` may see: everything or nothing."""
        return self.all() if may_see_register(user) else self.none()

    def open(self) -> Self:
        """Return those in which something is left to be done, drafts included."""
        return self.filter(state__in=("draft", "planned", "in_progress"))

    def drafts(self) -> Self:
        """Return those without a firm date."""
        return self.filter(state="draft")

    def upcoming(self) -> Self:
        """Return those that are planned or under way."""
        return self.filter(state__in=("planned", "in_progress"))

    def past(self) -> Self:
        """Return those that are complete or cancelled."""
        return self.filter(state__in=("complete", "cancelled"))

    def with_secrets_left(self) -> Self:
        """Return those with a secret to do, and those that name none yet: clean-ups alone are left in the others."""
        return self.filter(Q(items__outcome__in=("open", "deferred")) | Q(items__isnull=True)).distinct()

    def with_lead(self) -> Self:
        """Return them with their environment and owner, without further queries."""
        return self.select_related("environment", "owner")

    def numbers_by_state(self) -> dict[str, int]:
        """Return how many there are in each state, those without any left out; one query."""
        return dict(self.order_by().values_list("state").annotate(Count("pk")))

    def soonest_first(self) -> Self:
        """Return them by the day they are planned for, then by key."""
        return self.order_by(F("planned_on").asc(nulls_last=True), "pk")

    def latest_first(self) -> Self:
        """Return them by the day they took place, the latest first."""
        return self.order_by(Coalesce("completed_on", "planned_on").desc(nulls_last=True), "-pk")


class RotationItemQuerySet(TrackedQuerySet["RotationItem"]):
    """Items of rotations."""

    def to_do(self) -> Self:
        """Return those of open rotations that nothing was recorded of."""
        return self.filter(outcome="open", rotation__state__in=("draft", "planned", "in_progress"))

    def latest_planned_first(self) -> Self:
        """Return those to do on a day, the latest first: of several of one secret, the last is planned first."""
        dated = self.to_do().filter(rotation__planned_on__isnull=False)
        return dated.order_by("-rotation__planned_on", "-pk")

    def planned_first(self) -> dict[int, RotationItem]:
        """Return, by secret, the item that is to do first, with its rotation; one query."""
        rows = self.latest_planned_first().select_related("rotation__environment")
        return {item.secret_id: item for item in rows}

    def of(self, person: Person) -> Self:
        """Return those whose secret `person` owns or backs up."""
        return self.filter(Q(secret__owner=person) | Q(secret__backup_owner=person))

    def rotated(self) -> Self:
        """Return those that were recorded as rotated."""
        return self.filter(outcome="rotated")

    def with_old_one_alive(self) -> Self:
        """Return those that were rotated here and whose old value, as far as is known, still works."""
        return self.rotated().filter(old_revoked_on__isnull=True).exclude(rotation__kind="imported")


class RotationTaskQuerySet(TrackedQuerySet["RotationTask"]):
    """Tasks of rotations."""

    def clean_ups(self) -> Self:
        """Return the clean-ups that are not done: those that wait, and those of what is still to be rotated."""
        return self.filter(kind="clean_up", done_at__isnull=True)

    def waiting(self) -> Self:
        """Return the clean-ups of rotations in which an old value still works, of cancelled ones too."""
        alive = {"rotation__items__outcome": "rotated", "rotation__items__old_revoked_on__isnull": True}
        return self.clean_ups().exclude(rotation__kind="imported").filter(**alive).distinct()

    def in_order(self) -> Self:
        """Return them as the checklist shows them: steps by their place, the clean-up last."""
        last = Case(When(kind="clean_up", then=Value(1)), default=Value(0))
        return self.order_by(last, "position", "pk")

    def unticked(self) -> Self:
        """Return the steps that people tick and have not."""
        return self.filter(kind="step", done_at__isnull=True)


class CalendarFeedQuerySet(TrackedQuerySet["CalendarFeed"]):
    """Calendar feeds."""

    def of(self, user: User) -> Self:
        """Return the feeds of `user`."""
        return self.filter(account=user)

    def visible_to(self, user: User) -> Self:
        """Return the feeds of `user`: nobody sees another's."""
        return self.of(user) if may_see_register(user) else self.none()

    def with_subject(self) -> Self:
        """Return them with the person, team, environment or type each is of, without further queries."""
        return self.select_related("person", "team", "environment", "type")
