"""How often signing in failed of late; neither the name that was typed nor the address is kept."""

from __future__ import annotations

from django.db import models


class FailedSignIns(models.Model):
    """The failures that count together, since `started_at`; `key` is made of a keyed hash and says nothing."""

    key = models.UUIDField(primary_key=True)
    started_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.count} since {self.started_at}"
