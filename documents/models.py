"""The document's own text, and the record of the evidence packs that were made and taken away."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from audit.append_only import AppendOnly
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


class EvidencePackQuerySet(models.QuerySet["EvidencePack"]):
    """The record of packs: it grows, and nothing of it changes."""

    def made(self) -> EvidencePackQuerySet:
        """Return those that tell of a pack being made, the newest first."""
        return self.filter(purpose=EvidencePack.Purpose.MADE).order_by("-pk")

    def update(self, **values: Any) -> NoReturn:
        """Refuse: what was recorded stays."""
        raise TypeError("The record of evidence packs cannot be changed.")

    def delete(self) -> NoReturn:
        """Refuse: what was recorded stays."""
        raise TypeError("The record of evidence packs cannot be removed.")


class EvidencePack(AppendOnly):
    """That somebody made an evidence pack, or downloaded one again; its bytes are not kept, they can be made again."""

    unguarded_columns: ClassVar = frozenset({"sha256", "chain_head"})

    class Purpose(models.TextChoices):
        """What was done."""

        MADE = "made", "Made"
        DOWNLOADED = "downloaded", "Downloaded"

    class Through(models.TextChoices):
        """Through which door."""

        WEB = "web", "Page"
        COMMAND = "command", "Command"

    purpose = models.CharField(max_length=10, choices=Purpose)
    again = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="downloads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="evidence_packs")
    by_name = models.CharField(max_length=300)
    at = models.DateTimeField()
    through = models.CharField(max_length=7, choices=Through)
    reason = models.CharField(max_length=300, blank=True)
    as_of = models.DateField()
    first_on = models.DateField()
    last_on = models.DateField()
    environment = models.CharField(max_length=40, blank=True)
    with_phones = models.BooleanField()
    filter_words = models.CharField(max_length=300)
    file_name = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    counts = models.JSONField()
    # How far the record reached, and the head of its chain: with them the same bytes are made after more was entered.
    cut = models.BigIntegerField()
    chain_head = models.CharField(max_length=200, blank=True)

    objects: ClassVar = EvidencePackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="made", again__isnull=True) | Q(purpose="downloaded", again__isnull=False),
                name="a download is of a pack that was made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}, {self.get_purpose_display().lower()} by {self.by_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; one that is there already is not changed."""
        if not self._state.adding:
            raise TypeError("The record of evidence packs cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: what was recorded stays."""
        raise TypeError("The record of evidence packs cannot be removed.")
