"""Chooses who reviews changes: the active accounts of the security team."""

from __future__ import annotations

from django.db.models import QuerySet

from audit.models import User


def who_review() -> QuerySet[User]:
    """Return the active accounts with the role security, superusers included."""
    active = User.objects.filter(is_active=True)
    return (active.filter(grants__role="security") | active.filter(is_superuser=True)).distinct()


def others_who_review(user: User) -> QuerySet[User]:
    """Return those besides `user`."""
    return who_review().exclude(pk=user.pk)
