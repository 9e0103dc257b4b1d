"""When secrets must change and what was done, and the calendars that tell people of it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from audit.tracked import Tracked
from contacts.models import Person, Team
from inventory.models import Environment, Secret
from rotations.querysets import CalendarFeedQuerySet, RotationItemQuerySet, RotationQuerySet


class Rotation(Tracked):
    """One event in which one or more secrets get a new value."""

    class Kind(models.TextChoices):
        """Why it takes place."""

        SCHEDULED = "scheduled", "Scheduled"
        EMERGENCY = "emergency", "Emergency"
        IMPORTED = "imported", "Imported"

    class State(models.TextChoices):
        """How far it has come."""

        DRAFT = "draft", "Draft"
        PLANNED = "planned", "Planned"
        IN_PROGRESS = "in_progress", "In progress"
        COMPLETE = "complete", "Complete"
        CANCELLED = "cancelled", "Cancelled"

    class Table(models.TextChoices):
        """In which table of the document it stands."""

        UPCOMING = "upcoming", "Upcoming rotations"
        HISTORY = "history", "Rotation history"
        NEITHER = "", "Neither"

    named_by: ClassVar = ("environment",)

    untracked_columns: ClassVar = frozenset({"sequence", "rescheduled_at"})

    # Told by rotations.progress.
    total: int
    done: int
    first_secret: str

    identity = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SCHEDULED)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    environment = models.ForeignKey(
        Environment,
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        blank=True,
        related_name="rotations",
        help_text="Empty: secrets of several environments.",
    )
    planned_on = models.DateField("planned for", null=True, blank=True, help_text="Empty only for a draft.")
    completed_on = models.DateField("completed on", null=True, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="rotations")
    reason = models.CharField(max_length=300, blank=True)
    notes = models.TextField(blank=True)
    secrets_in_words = models.CharField(
        max_length=500, blank=True, help_text="The words a document used, for example: all prod secrets"
    )
    document_table = models.CharField(max_length=8, choices=Table, default=Table.NEITHER, blank=True)
    document_status = models.CharField(max_length=100, blank=True, help_text="The word a document used for its state.")
    document_position = models.PositiveIntegerField(default=0, help_text="Its place in the document's table.")
    # For calendars (RFC 5545, 3.8.7), derived: how often the schedule moved, and the last revision.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    rescheduled_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = RotationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("draft", "cancelled", "complete")) | Q(planned_on__isnull=False),
                name="a planned rotation has a date",
                violation_error_message="Choose the day it is planned for, or keep it as a draft.",
            ),
            models.CheckConstraint(
                condition=~Q(state="complete") | Q(completed_on__isnull=False),
                name="a complete rotation has a date",
                violation_error_message="Say on which day it was completed.",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "planned_on", "id"], name="rotation_by_plan"),
            models.Index(fields=["state", "completed_on", "id"], name="rotation_by_completion"),
        ]

    def __str__(self) -> str:
        where = self.environment.name if self.environment is not None else "Several environments"
        return f"{where}, {self.on or 'no date'}"

    def get_absolute_url(self) -> str:
        return reverse("rotations:rotation", args=[self.pk])

    @property
    def on(self) -> date | None:
        """The day it was completed, else the day it is planned for."""
        return self.completed_on or self.planned_on

    @property
    def is_open(self) -> bool:
        """Whether something is left to be done."""
        return self.state in (self.State.DRAFT, self.State.PLANNED, self.State.IN_PROGRESS)


class RotationItem(Tracked):
    """One secret in a rotation, and what was done about it."""

    class Outcome(models.TextChoices):
        """What became of the secret."""

        OPEN = "open", "To do"
        ROTATED = "rotated", "Rotated"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Skipped"
        DEFERRED = "deferred", "Deferred"
        UNDONE = "undone", "Undone"

    named_by: ClassVar = ("secret",)

    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="items")
    secret = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="rotation_items")
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.OPEN)
    rotated_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="recorded_items"
    )
    recorded_at = models.DateTimeField(null=True, blank=True)
    evidence = models.CharField(
        max_length=500, blank=True, help_text="Where it can be seen: a ticket, a log, a commit."
    )
    verified_on = models.DateField("verified", null=True, blank=True)
    old_revoked_on = models.DateField("old one revoked", null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    # What undoing puts back.
    last_rotated_before = models.DateField(null=True, blank=True, editable=False)
    next_rotation_before = models.DateField(null=True, blank=True, editable=False)
    next_rotation_reason_before = models.CharField(max_length=300, blank=True, editable=False)

    objects: ClassVar = RotationItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rotation", "secret"],
                name="a secret is in a rotation once",
                violation_error_message="This secret is in this rotation already.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="rotated") | Q(rotated_on__isnull=False),
                name="what was rotated has a date",
                violation_error_message="Say on which day it was rotated.",
            ),
        ]
        indexes = [models.Index(fields=["secret", "-rotated_on", "-id"], name="item_of_secret")]

    def __str__(self) -> str:
        return f"{self.secret}: {self.get_outcome_display().lower()}"


class ReminderOffset(Tracked):
    """How many days before or after a rotation a reminder stands in the calendar."""

    class Kind(models.TextChoices):
        """What the reminder is for."""

        PLANNING = "planning", "Planning"
        PREPARATION = "preparation", "Final preparation"
        CLEAN_UP = "clean_up", "Clean-up"
        OTHER = "other", "Words only"

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.OTHER)
    days_before = models.IntegerField(
        "days before", null=True, blank=True, help_text="Below zero: days after. Empty: no entry in the calendar."
    )
    label = models.CharField(max_length=100, help_text="For example: 30-day warning")
    words = models.CharField(max_length=300, blank=True, help_text="For example: planning reminder")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "reminder"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "days_before"],
                condition=Q(days_before__isnull=False),
                name="a reminder stands once",
                violation_error_message="This reminder exists.",
            ),
            models.CheckConstraint(
                condition=Q(days_before__isnull=True) | Q(days_before__gte=-366, days_before__lte=366),
                name="a reminder is within a year",
                violation_error_message="Choose a number of days within a year.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


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
