"""What was done: change sets and their rows."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from audit.append_only import AppendOnly
from audit.querysets import ChangeSetQuerySet


class ChangeSet(AppendOnly):
    """One act of one actor, with a reason; all rows changed by it share it, as files share a commit."""

    class Source(models.TextChoices):
        """Through which door the change came."""

        ADMIN = "admin", "Admin"
        WEB = "web", "Page"
        API = "api", "API"
        IMPORT = "import", "Import"
        COMMAND = "command", "Command"
        SYSTEM = "system", "System"

    identity = models.UUIDField(default=uuid4, unique=True, editable=False)
    actor = models.ForeignKey("audit.User", on_delete=models.PROTECT, null=True, related_name="change_sets")
    actor_name = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    source = models.CharField(max_length=10, choices=Source)
    reason = models.TextField()

    objects = ChangeSetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(actor__isnull=False) | Q(source="system"), name="a change set has an actor"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a change set has a reason"),
        ]

    def __str__(self) -> str:
        return f"Entry {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("audit:change_set", args=[self.pk])


class ChangeRow(AppendOnly):
    """One changed row of a change set, in words as they were when it happened."""

    class Type(models.TextChoices):
        """What was done to the row."""

        ADDED = "+", "Added"
        CHANGED = "~", "Changed"
        REMOVED = "-", "Removed"

    # Its own index begins the one below.
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="rows", db_index=False)
    model = models.CharField(max_length=100)
    object_id = models.CharField(max_length=64)
    object_text = models.CharField(max_length=300)
    history_id = models.BigIntegerField()
    change_type = models.CharField(max_length=1, choices=Type)
    # A list of {"field", "label", "before", "after"}; names, not ids.
    fields = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "history_id"], name="a history row is told of once"),
        ]
        indexes = [
            models.Index(fields=["model", "object_id", "-id"], name="change_row_of_object"),
            models.Index(fields=["change_set", "model", "change_type", "id"], name="change_row_of_set"),
        ]

    def __str__(self) -> str:
        return f"{self.get_change_type_display()} {self.object_text}"
