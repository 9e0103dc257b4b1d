"""Private calendar feeds, and what calendars show of days without a planned rotation."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from audit.tracked import Tracked
from contacts.models import Team
from inventory.models import Environment, Secret
from rotations.querysets import CalendarFeedQuerySet


class CalendarFeed(Tracked):
    """A private calendar address of one account; its key is kept as a keyed hash only."""

    class Scope(models.TextChoices):
        """Whose secrets and rotations it holds."""

        MINE = "mine", "What I own or back up"
        TEAM = "team", "A team's"
        ENVIRONMENT = "environment", "An environment's"
        EVERYTHING = "everything", "Everything I may see"

    named_by: ClassVar = ("team", "environment")
    untracked_columns: ClassVar = frozenset({"last_used_at", "key_hash"})
    unguarded_columns: ClassVar = frozenset({"key_prefix"})

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="feeds")
    scope = models.CharField(max_length=12, choices=Scope, default=Scope.MINE)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="feeds")
    environment = models.ForeignKey(
        Environment, on_delete=models.PROTECT, to_field="code", null=True, blank=True, related_name="feeds"
    )
    key_prefix = models.CharField(max_length=16, unique=True, editable=False)
    key_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_on = models.DateField(
        "expires", null=True, blank=True, help_text="Its last day. Empty: it does not expire."
    )
    revoked_at = models.DateTimeField("revoked", null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField("last used", null=True, blank=True, editable=False)

    objects: ClassVar = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(scope="team", team__isnull=False) | (~Q(scope="team") & Q(team__isnull=True)))
                & (
                    Q(scope="environment", environment__isnull=False)
                    | (~Q(scope="environment") & Q(environment__isnull=True))
                ),
                name="a feed names what its scope says",
                violation_error_message="Choose the team for a team's feed, the environment for an environment's.",
            ),
        ]

    def __str__(self) -> str:
        if self.team is not None:
            return f"Calendar of {self.team}"
        return f"Calendar of {self.environment}" if self.environment is not None else str(self.get_scope_display())


class CalendarVersion(models.Model):
    """Part of the number that changes with everything that calendars show; derived, so not tracked."""

    number = models.PositiveBigIntegerField(default=1)
    register = models.UUIDField(default=uuid4, editable=False)  # the domain of every UID, for the register's whole life

    def __str__(self) -> str:
        return f"Version {self.number}"


class Agenda(models.Model):
    """The secrets of one environment that fall due on one day outside a planned rotation; derived, so not tracked."""

    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, to_field="code", related_name="agendas")
    on = models.DateField()
    sequence = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["environment", "on"], name="one agenda a day")]
        indexes = [models.Index(fields=["on", "id"], name="agenda_by_day")]

    def __str__(self) -> str:
        return f"{self.environment_id}, {self.on}"


class AgendaLine(models.Model):
    """One secret on an agenda; an agenda without lines is cancelled."""

    agenda = models.ForeignKey(Agenda, on_delete=models.CASCADE, related_name="lines")
    secret = models.OneToOneField(Secret, on_delete=models.CASCADE, related_name="agenda_line")

    def __str__(self) -> str:
        return f"{self.agenda}: {self.secret}"
