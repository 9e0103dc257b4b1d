"""When people are reminded of rotations."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from audit.tracked import Tracked


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
