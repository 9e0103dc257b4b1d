"""Chooses change sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from audit.policies import may_see_changes

if TYPE_CHECKING:
    from audit.models import ChangeSet, User  # noqa: F401


class ChangeSetQuerySet(models.QuerySet["ChangeSet"]):
    """Change sets."""

    def visible_to(self, user: User) -> Self:
        """Return what `user` may see: everything or nothing."""
        return self.all() if may_see_changes(user) else self.none()
