"""When people are reminded of rotations, in calendars and by messages, and who wants quiet for a while."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from audit.tracked import Tracked
from contacts.models import Person
from inventory.models import Environment, Secret, SecretType
from rotations.models.tasks import RotationTask


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


class ReminderRung(Tracked):
    """A day, counted from a due date, on which people are told by message, and how many of them."""

    class Clock(models.TextChoices):
        """What the days are counted from."""

        DUE = "due", "Next rotation"
        CLEAN_UP = "clean_up", "Last day of the clean-up"
        NO_DATE = "no_date", "Since there is no date"
        NO_OWNER = "no_owner", "Since there is no owner"

    named_by: ClassVar = ("type", "environment")

    clock = models.CharField("counted from", max_length=8, choices=Clock, default=Clock.DUE)
    days = models.IntegerField("days after", help_text="Below zero: days before.")
    label = models.CharField(max_length=100, help_text="For example: a week before")
    steps = models.PositiveSmallIntegerField(
        "steps told",
        default=1,
        help_text="How many steps of the escalation path are told: 1 is the first, as a rule the owner.",
    )
    repeat_days = models.PositiveSmallIntegerField(
        "then every (days)", null=True, blank=True, help_text="Until the next rung. Empty: once."
    )
    type = models.ForeignKey(
        SecretType,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="rungs",
        help_text="Rungs of a type are its whole ladder. Empty: for every type without one.",
    )
    environment = models.ForeignKey(
        Environment,
        on_delete=models.CASCADE,
        to_field="code",
        null=True,
        blank=True,
        related_name="rungs",
        help_text="Empty: for every environment.",
    )

    class Meta:
        verbose_name = "reminder rung"
        constraints = [
            models.UniqueConstraint(
                "clock",
                "days",
                Coalesce(F("type"), Value(0), output_field=models.BigIntegerField()),
                Coalesce(F("environment"), Value(""), output_field=models.CharField()),
                name="a rung stands once",
                violation_error_message="This ladder has a rung on that day.",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=-366, days__lte=366),
                name="a rung is within a year",
                violation_error_message="Choose a number of days within a year.",
            ),
            models.CheckConstraint(
                condition=Q(steps__gte=1, steps__lte=20),
                name="a rung tells somebody",
                violation_error_message="Tell at least one step of the escalation path, and at most 20.",
            ),
            models.CheckConstraint(
                condition=Q(repeat_days__isnull=True) | Q(repeat_days__gte=1),
                name="a rung comes again after a day at least",
                violation_error_message="Repeat it after 1 day at least, or leave this empty.",
            ),
            models.CheckConstraint(
                condition=~Q(clock="clean_up") | Q(type__isnull=True),
                name="a clean-up has no type",
                violation_error_message="A clean-up is of a rotation, of several types, maybe: leave the type empty.",
            ),
        ]

    def __str__(self) -> str:
        of = ", ".join(str(part) for part in (self.type, self.environment) if part is not None)
        return f"{self.label} ({of})" if of else self.label


class Acknowledgement(Tracked):
    """Somebody knows of what is due and wants no messages of it until a day; others are told as before."""

    named_by: ClassVar = ("person", "secret", "task")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acknowledgements")
    secret = models.ForeignKey(Secret, on_delete=models.CASCADE, null=True, blank=True, related_name="acknowledgements")
    task = models.ForeignKey(
        RotationTask, on_delete=models.CASCADE, null=True, blank=True, related_name="acknowledgements"
    )
    due_on = models.DateField("for the due date", null=True, blank=True, help_text="Another one is told of again.")
    until_on = models.DateField("quiet until", help_text="The day included.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="acknowledgements"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(secret__isnull=False, task__isnull=True) | Q(secret__isnull=True, task__isnull=False),
                name="a secret or a task is acknowledged",
                violation_error_message="Choose a secret or a task.",
            ),
            models.UniqueConstraint(
                fields=["secret", "person"],
                condition=Q(secret__isnull=False),
                name="a person acknowledges a secret once",
                violation_error_message="This person has acknowledged this secret already.",
            ),
            models.UniqueConstraint(
                fields=["task", "person"],
                condition=Q(task__isnull=False),
                name="a person acknowledges a task once",
                violation_error_message="This person has acknowledged this task already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.secret or self.task}, until {self.until_on}"
