"""Chooses people and teams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from audit.policies import may_see_register
from audit.tracked import Row, TrackedQuerySet

if TYPE_CHECKING:
    from audit.models import User
    from contacts.models import Person, Team  # noqa: F401


class _SeenWithTheRegister(TrackedQuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        """Return what `user` may see: everything or nothing."""
        return self.all() if may_see_register(user) else self.none()


class TeamQuerySet(_SeenWithTheRegister["Team"]):
    """Teams."""


class PersonQuerySet(_SeenWithTheRegister["Person"]):
    """People."""

    def active(self) -> Self:
        """Return those who can answer for something."""
        return self.filter(is_active=True)

    def named_like(self, text: str) -> Self:
        """Return those whose name, handle or e-mail address holds `text`, in any case."""
        handle = text.removeprefix("@")
        return self.filter(Q(name__icontains=text) | Q(slack_handle__icontains=handle) | Q(email__icontains=text))
