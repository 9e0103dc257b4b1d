"""The document's own text: what stands around the tables and lists that the register keeps."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from audit.tracked import Tracked, TrackedQuerySet
from documents.markdown.tables import reads_as_prose
from inventory.models import Environment, SecretType


class DocumentSection(Tracked):
    """A stretch of the document: text as somebody wrote it, or the place of a table or list."""

    class Kind(models.TextChoices):
        """What stands in it."""

        PROSE = "prose", "Text"
        INVENTORY = "inventory", "Secrets of an environment"
        UPCOMING = "upcoming", "Upcoming rotations"
        HISTORY = "history", "Rotation history"
        TYPE = "type", "A type and its requirements"
        TEAMS = "teams", "Team assignments"
        REMINDERS = "reminders", "Reminders"
        CONTACTS = "contacts", "Primary contacts"
        ESCALATION = "escalation", "Escalation path"
        ENVIRONMENTS = "environments", "Environment codes"
        SERVICES = "services", "Service codes"

    position = models.PositiveIntegerField(default=0, help_text="Its place in the document.")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PROSE)
    level = models.PositiveSmallIntegerField(
        default=2, help_text="1 for the title, 2 for a chapter and so on; 0 continues the section before."
    )
    heading = models.CharField(max_length=300, blank=True)
    body = models.TextField(
        blank=True,
        help_text="Markdown. In a list, a line with only a label is filled in from the register.",
    )
    is_tight = models.BooleanField("no empty line under the heading", default=False)
    environment = models.ForeignKey(
        Environment,
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        blank=True,
        related_name="document_sections",
        help_text="Whose secrets the table lists. Empty: those of every environment without a section of its own.",
    )
    secret_type = models.ForeignKey(
        SecretType,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="document_sections",
        verbose_name="type",
    )

    objects: ClassVar = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = "section of the document"
        verbose_name_plural = "sections of the document"
        constraints = [
            models.CheckConstraint(
                condition=Q(level__lte=6),
                name="a heading has at most six levels",
                violation_error_message="Choose a level from 0 to 6.",
            ),
            models.CheckConstraint(
                condition=Q(environment__isnull=True) | Q(kind="inventory"),
                name="an environment stands at its inventory",
                violation_error_message="Only a table of secrets has an environment.",
            ),
            models.CheckConstraint(
                condition=Q(secret_type__isnull=True) | Q(kind="type"),
                name="a type stands at its section",
                violation_error_message="Only a section of a type names one.",
            ),
        ]
        indexes = [models.Index(fields=["position", "id"], name="section_in_order")]

    def clean(self) -> None:
        """Refuse text that would not stay in its place: a heading in it, an open code block, a table of secrets."""
        if self.kind == self.Kind.PROSE and self.body.strip() and not reads_as_prose(self.body.strip("\r\n")):
            words = "Headings and tables of secrets need a section of their own; end every code block."
            raise ValidationError({"body": words}, code="not_prose")

    def __str__(self) -> str:
        return self.heading or f"{self.get_kind_display()}, place {self.position}"
