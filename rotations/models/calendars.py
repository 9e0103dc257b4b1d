"""Private calendar feeds, and what calendars show of days without a planned rotation."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import and_
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from audit.tracked import Tracked
from contacts.models import Person, Team
from inventory.models import Environment, Secret, SecretType
from rotations.querysets import CalendarFeedQuerySet


def _named_by_its_scope() -> Q:
    """Return that the subject a scope asks for is named, and no other."""
    names = ("person", "team", "environment", "type")
    pairs = [
        Q(scope=name, **{f"{name}__isnull": False}) | (~Q(scope=name) & Q(**{f"{name}__isnull": True}))
        for name in names
    ]
    return reduce(and_, pairs)


class CalendarFeed(Tracked):
    """A private calendar address of one account; its key is kept as a keyed hash only."""

    class Scope(models.TextChoices):
        """Whose secrets and rotations it holds."""

        MINE = "mine", "What I own or back up"
        PERSON = "person", "A person's"
        TEAM = "team", "A team's"
        ENVIRONMENT = "environment", "An environment's"
        TYPE = "type", "A type's"
        EVERYTHING = "everything", "Everything I may see"

    named_by: ClassVar = ("person", "team", "environment", "type")
    untracked_columns: ClassVar = frozenset({"last_used_at", "key_hash"})
    unguarded_columns: ClassVar = frozenset({"key_prefix"})

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="feeds")
    scope = models.CharField(max_length=12, choices=Scope, default=Scope.MINE)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="feeds")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="feeds")
    environment = models.ForeignKey(
        Environment, on_delete=models.PROTECT, to_field="code", null=True, blank=True, related_name="feeds"
    )
    type = models.ForeignKey(SecretType, on_delete=models.PROTECT, null=True, blank=True, related_name="feeds")
    with_reminders = models.BooleanField(
        "reminders", default=True, help_text="The days that prepare a rotation, as entries of their own."
    )
    with_clean_ups = models.BooleanField(
        "clean-ups", default=False, help_text="The last day on which old values are to be revoked."
    )
    with_expected = models.BooleanField(
        "expected rotations", default=False, help_text="The coming year by the intervals, marked as not planned yet."
    )
    with_alarms = models.BooleanField(
        "alarms", default=False, help_text="Some programs ring, many ignore or remove them."
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
                condition=_named_by_its_scope(),
                name="a feed names what its scope says",
                violation_error_message="Choose whose feed it is: a person, team, environment or type, nothing else.",
            ),
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.subject}" if self.subject is not None else str(self.get_scope_display())

    @property
    def subject(self) -> Person | Team | Environment | SecretType | None:
        """Whose it is, where its scope names somebody or something."""
        return self.person or self.team or self.environment or self.type

    @property
    def holds(self) -> list[str]:
        """What it holds beside rotations and due days, in words."""
        chosen = ("with_reminders", "with_clean_ups", "with_expected", "with_alarms")
        fields: Iterable[Any] = map(self._meta.get_field, chosen)
        return [str(field.verbose_name) for field in fields if getattr(self, field.name)]


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
