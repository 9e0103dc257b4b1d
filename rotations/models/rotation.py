"""Rotations, and what was done about each secret in one."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from audit.tracked import Tracked
from contacts.models import Person
from inventory.models import Environment, Secret
from rotations.querysets import RotationItemQuerySet, RotationQuerySet


class Rotation(Tracked):
    """One event in which one or more secrets get a new value."""

    class Kind(models.TextChoices):
        """Why it takes place."""

        SCHEDULED = "scheduled", "Scheduled"
        EMERGENCY = "emergency", "Emergency"
        IMPORTED = "imported", "Imported"

    class Cause(models.TextChoices):
        """What asks for new values."""

        SCHEDULED = "scheduled", "The interval"
        LEAK = "leak", "A leak"
        LEAVER = "leaver", "Somebody left"
        VENDOR_BREACH = "vendor_breach", "A breach at the provider"
        SCOPE_CHANGE = "scope_change", "Another scope"

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

    untracked_columns: ClassVar = frozenset({"sequence", "rescheduled_at", "cancelled_at"})

    # Told by rotations.progress.
    total: int
    done: int
    first_secret: str

    identity = models.UUIDField(default=uuid4, unique=True, editable=False)
    title = models.CharField(
        max_length=120, blank=True, help_text="For example: Everything at Stripe. Empty: where and when it takes place."
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SCHEDULED)
    cause = models.CharField(max_length=13, choices=Cause, default=Cause.SCHEDULED)
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
    old_alive_reason = models.CharField(
        "why old ones still work",
        max_length=300,
        blank=True,
        help_text="Needed to complete a rotation while an old value still works.",
    )
    secrets_in_words = models.CharField(
        max_length=500, blank=True, help_text="The words a document used, for example: all prod secrets"
    )
    document_table = models.CharField(max_length=8, choices=Table, default=Table.NEITHER, blank=True)
    document_status = models.CharField(max_length=100, blank=True, help_text="The word a document used for its state.")
    document_position = models.PositiveIntegerField(default=0, help_text="Its place in the document's table.")
    # For calendars (RFC 5545, 3.8.7), derived: how often the schedule moved, the last revision, and when calendars that
    # had it were first to tell that it is cancelled.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    rescheduled_at = models.DateTimeField(default=timezone.now, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)

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
        if self.title:
            return self.title
        where = self.environment.name if self.environment is not None else "Several environments"
        return f"{where}, {self.on or 'no date'}"

    def get_absolute_url(self) -> str:
        return reverse("rotations:rotation", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write what people decide. What calendars are told is derived from it, whatever a stale copy holds of that."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            fields = [field.name for field in self._meta.concrete_fields if not field.primary_key]
            kwargs["update_fields"] = [name for name in fields if name not in self.untracked_columns]
        super().save(*args, **kwargs)

    @property
    def on(self) -> date | None:
        """The day it was completed, else the day it is planned for."""
        return self.completed_on or self.planned_on

    @property
    def is_open(self) -> bool:
        """Whether something is left to be done."""
        return self.state in (self.State.DRAFT, self.State.PLANNED, self.State.IN_PROGRESS)


# What became of a secret that was not rotated: there is a reason to it.
SET_ASIDE = ("failed", "skipped", "deferred")


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
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="verified_items"
    )
    old_revoked_on = models.DateField("old one revoked", null=True, blank=True)
    old_revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="revoked_items"
    )
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
            models.CheckConstraint(
                # What a document said was never recorded here, and may lack its reason.
                condition=~Q(outcome__in=SET_ASIDE) | ~Q(note="") | Q(recorded_at__isnull=True),
                name="what was set aside has a reason",
                violation_error_message="Say why it failed, or was skipped or deferred.",
            ),
        ]
        indexes = [models.Index(fields=["secret", "-rotated_on", "-id"], name="item_of_secret")]

    def __str__(self) -> str:
        return f"{self.secret}: {self.get_outcome_display().lower()}"

    def clean(self) -> None:
        """Refuse, at its field, what is said of a secret that was not rotated, or set aside without a reason."""
        if errors := problems_of(self):
            raise ValidationError(errors)


def problems_of(item: Any) -> dict[str, str]:
    """Return what is wrong with an item, or a version of one, by field; rotations.marks refuses it at every door."""
    errors = {}
    was_rotated = item.outcome == RotationItem.Outcome.ROTATED and item.rotated_on is not None
    for name in ("verified_on", "old_revoked_on"):
        day = getattr(item, name)
        if day is not None and (not was_rotated or day < item.rotated_on):
            errors[name] = "Only what was rotated is verified or revoked, that day or later."
    if item.outcome in SET_ASIDE and not item.note.strip():
        errors["note"] = "Say why it failed, or was skipped or deferred."
    return errors
