"""Knows how accounts are made from the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager

from audit.acts import acting
from audit.tracked import TrackedQuerySet

if TYPE_CHECKING:
    from audit.models import User

    AnyManager = BaseUserManager["User"]
else:
    AnyManager = BaseUserManager.from_queryset(TrackedQuerySet)


class AccountManager(AnyManager):
    """Makes accounts with hashed passwords."""

    def create_user(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> User:
        """Return a new account; `password` None makes one that cannot sign in with a password.

        Needs an act, as every tracked write does.
        """
        user = self.model(username=self.model.normalize_username(username), email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> User:
        """Return a new superuser, for `manage.py createsuperuser`: where nobody exists yet, the system acts."""
        with acting(actor=None, source="system", reason="Superuser made with createsuperuser"):
            return self.create_user(username, email, password, is_superuser=True, **fields)
