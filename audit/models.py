"""The accounts that act; with those imported here, all models of this floor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from audit.accounts import AccountManager
from audit.change_reviews import ChangeAnswer, ChangeMark, ChangeReview, WaitingReview
from audit.change_sets import ChangeRow, ChangeSet
from audit.failed_sign_ins import FailedSignIns
from audit.ledger.entries import LedgerEntry, Nothing, Redaction, SealedLayout, Unrecorded, Unsealed
from audit.tracked import Tracked

__all__ = [
    "ChangeAnswer",
    "ChangeMark",
    "ChangeReview",
    "ChangeRow",
    "ChangeSet",
    "FailedSignIns",
    "LedgerEntry",
    "Nothing",
    "Redaction",
    "RoleGrant",
    "SealedLayout",
    "Unrecorded",
    "Unsealed",
    "User",
    "WaitingReview",
]


class User(Tracked, AbstractBaseUser):
    """An account that signs in and acts; it is deactivated, never deleted."""

    class Theme(models.TextChoices):
        """The colours a person wants."""

        LIGHT = "light", "Light"
        DARK = "dark", "Dark"
        SYSTEM = "", "As the system"

    untracked_columns: ClassVar = frozenset({"password", "last_login", "theme", "single_key_shortcuts"})

    username = models.CharField(
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "An account with this user name exists."},
    )
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    email = models.EmailField("e-mail", blank=True)
    is_active = models.BooleanField(
        "active", default=True, help_text="Untick this instead of deleting the account: its changes keep their author."
    )
    is_superuser = models.BooleanField("superuser", default=False, help_text="May do everything, as security may.")
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    # Not editable, so that no counter-change brings sessions back to life.
    sessions_ended_at = models.DateTimeField("sessions ended", null=True, blank=True, editable=False)
    theme = models.CharField("colours", max_length=5, choices=Theme, default=Theme.SYSTEM, blank=True)
    single_key_shortcuts = models.BooleanField("single-key shortcut / for the search", default=True)

    objects: ClassVar = AccountManager()  # type: ignore[assignment]

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        verbose_name = "account"

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The full name, else the user name."""
        return self.get_full_name() or self.username

    @property
    def roles(self) -> frozenset[str]:
        """The roles of an active account; a superuser has the role security. One query, then remembered."""
        if not self.is_active:
            return frozenset()
        if not hasattr(self, "_roles"):
            granted = {grant.role for grant in self.grants.all()}
            self._roles = frozenset(granted | ({RoleGrant.Role.SECURITY.value} if self.is_superuser else set()))
        return self._roles

    @property
    def is_staff(self) -> bool:
        """Whether the admin opens; what can be done in it is asked of the policies."""
        return bool(self.roles)

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.username

    def get_session_auth_hash(self) -> str:
        """Return what a session must carry: it changes with the password, and when all sessions are ended."""
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield what sessions carry that began under a former SECRET_KEY."""
        yield from (self._session_hash(key) for key in settings.SECRET_KEY_FALLBACKS)

    def has_perm(self, permission: str, row: object = None) -> bool:
        """Return whether this is a superuser: permissions of Django's own are not used, policies are."""
        return self.is_active and self.is_superuser

    def has_perms(self, permissions: Any, row: object = None) -> bool:
        return self.has_perm("")

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def _session_hash(self, key: str | None) -> str:
        ended = self.sessions_ended_at.astimezone(UTC).isoformat() if self.sessions_ended_at else ""
        return salted_hmac("audit.sessions", f"{self.password}\n{ended}", secret=key, algorithm="sha256").hexdigest()


class RoleGrant(Tracked):
    """A role that an account holds."""

    class Role(models.TextChoices):
        """What an account may do, in one word; see docs/permissions.md."""

        SECURITY = "security", "Security"
        OWNER = "owner", "Owner"
        AUDITOR = "auditor", "Auditor"

    named_by: ClassVar = ("user",)

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants", verbose_name="account")
    role = models.CharField(max_length=10, choices=Role)

    class Meta:
        verbose_name = "role"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                name="an account holds a role once",
                violation_error_message="This account has this role already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
