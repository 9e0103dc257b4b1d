"""When nothing is rotated."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from audit.tracked import Tracked
from inventory.models import Environment


class FreezePeriod(Tracked):
    """Days on which nothing is to be rotated, in one environment or in all; both ends included."""

    named_by: ClassVar = ("environment",)

    first_on = models.DateField("first day")
    last_on = models.DateField("last day")
    environment = models.ForeignKey(
        Environment,
        on_delete=models.CASCADE,
        to_field="code",
        null=True,
        blank=True,
        related_name="freezes",
        help_text="Empty: every environment.",
    )
    reason = models.CharField(max_length=200, help_text="For example: Christmas sale")

    class Meta:
        verbose_name = "freeze period"
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="a freeze does not end before it begins",
                violation_error_message="The last day is before the first one.",
            ),
        ]
        indexes = [models.Index(fields=["last_on", "first_on"], name="freeze_by_days")]

    def __str__(self) -> str:
        where = self.environment.name if self.environment is not None else "Everywhere"
        return f"{where}, {self.first_on} to {self.last_on}"
