"""The checklist of a rotation: its steps, its clean-up and what people noted on the way."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from audit.tracked import Tracked
from inventory.models import SecretType
from rotations.models.rotation import Rotation
from rotations.querysets import RotationTaskQuerySet


class StepKind(models.TextChoices):
    """What a step is, and who says that it is done: people, or what is recorded of the secrets."""

    STEP = "step", "Ticked by people"
    ROTATE = "rotate", "Done when every secret is rotated or set aside"
    VERIFY = "verify", "Done when every rotated secret is verified"


class ChecklistStep(Tracked):
    """A step that new rotations get: those of a type, or of every type where it names none."""

    named_by: ClassVar = ("type",)

    type = models.ForeignKey(
        SecretType,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="steps",
        help_text="Empty: for rotations of every type that has no steps of its own.",
    )
    kind = models.CharField(max_length=8, choices=StepKind, default=StepKind.STEP)
    words = models.CharField(max_length=200, help_text="For example: Verify that every service works")
    position = models.PositiveIntegerField(default=0, help_text="Its place in the checklist.")

    class Meta:
        verbose_name = "checklist step"
        constraints = [
            models.UniqueConstraint(
                "type",
                Lower("words"),
                name="a step of a type stands once",
                violation_error_message="This type has this step already.",
            ),
            models.UniqueConstraint(
                Lower("words"),
                condition=Q(type__isnull=True),
                name="a step of every type stands once",
                violation_error_message="This step exists already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type}: {self.words}" if self.type is not None else self.words


class RotationTask(Tracked):
    """Something to do in a rotation beside its secrets; the clean-up is one with a last day of its own."""

    class Kind(models.TextChoices):
        """What it is."""

        STEP = "step", "Step"
        ROTATE = "rotate", "Rotating"
        VERIFY = "verify", "Verifying"
        CLEAN_UP = "clean_up", "Clean-up"

    named_by: ClassVar = ("rotation",)

    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.STEP)
    words = models.CharField(max_length=200, help_text="For example: Tell the owners")
    position = models.PositiveIntegerField(default=0, help_text="Its place in the checklist.")
    due_on = models.DateField("last day", null=True, blank=True, help_text="Empty: no day of its own.")
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks_done"
    )
    done_at = models.DateTimeField("done", null=True, blank=True)

    objects: ClassVar = RotationTaskQuerySet.as_manager()

    class Meta:
        verbose_name = "task"
        constraints = [
            models.UniqueConstraint(
                fields=["rotation"],
                condition=Q(kind="clean_up"),
                name="a rotation has one clean-up",
                violation_error_message="This rotation has its clean-up already.",
            ),
            models.UniqueConstraint(
                "rotation",
                Lower("words"),
                name="a task stands in a rotation once",
                violation_error_message="This rotation has this step already.",
            ),
        ]
        indexes = [models.Index(fields=["kind", "done_at", "due_on", "id"], name="task_by_day")]

    def __str__(self) -> str:
        return self.words

    @property
    def is_done(self) -> bool:
        """Whether somebody ticked it."""
        return self.done_at is not None


class RotationNote(Tracked):
    """What somebody wrote to the others in a rotation; it is added to, never changed."""

    named_by: ClassVar = ("rotation",)

    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="remarks")
    text = models.CharField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rotation_notes")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "note"

    def __str__(self) -> str:
        return self.text
