"""Knows how accounts are added and changed, and that somebody can always administer them."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, AuthenticationForm
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import BaseInlineFormSet
from django.utils import timezone

from audit import throttling
from audit.acts import because, current_act
from audit.clients import address_of
from audit.forms import GuardedFormMixin
from audit.models import RoleGrant, User
from audit.register_form import RegisterForm
from audit.security_log import log_throttled

if TYPE_CHECKING:
    PasswordForm = AdminPasswordChangeForm[User]
    CreationForm = AdminUserCreationForm[User]
else:
    PasswordForm, CreationForm = AdminPasswordChangeForm, AdminUserCreationForm


NOBODY_ELSE = "Nobody else can administer accounts. Give somebody the role security first."


class SignInForm(GuardedFormMixin, AuthenticationForm):
    """Who signs in; a password that was typed where the name belongs is not shown again.

    Where too many attempts failed, `refused_until` says when the next one may be made, and no password is looked at.
    """

    refused_until: datetime | None = None

    def clean(self) -> dict[str, Any]:
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not name or not password:
            return super().clean()
        attempt, now = throttling.Attempt(name, address_of(self.request)), timezone.now()
        self.refused_until = throttling.begin(attempt, at=now)
        if self.refused_until is not None:
            log_throttled(self.request, name)
            raise ValidationError(_wait(self.refused_until - now), code="throttled")
        try:
            cleaned = super().clean()
        except ValidationError:
            throttling.failed(attempt, at=now)
            raise
        throttling.succeeded(attempt)
        return cleaned


class AccountForm(RegisterForm):
    """An account; the last one that can administer accounts stays active."""

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "is_active", "is_superuser")

    def clean_is_active(self) -> bool:
        is_active: bool = self.cleaned_data["is_active"]
        if not is_active and not administrators().exclude(pk=self.instance.pk).exists():
            raise ValidationError(NOBODY_ELSE)
        return is_active


class AccountAddForm(RegisterForm, CreationForm):
    """A new account with its first password, or without one for people who sign in elsewhere."""

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email")


class RolesFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The roles of an account; somebody must be left who can administer accounts."""

    def clean(self) -> None:
        super().clean()
        kept = {form.cleaned_data.get("role") for form in self.forms if form not in self.deleted_forms}
        if RoleGrant.Role.SECURITY in kept or not self._was_administrator():
            return
        if not administrators().exclude(pk=self.instance.pk).exists():
            raise ValidationError(NOBODY_ELSE)

    def _was_administrator(self) -> bool:
        """Return whether the account could administer accounts, and not as a superuser."""
        was = administrators().filter(pk=self.instance.pk, is_superuser=False)
        return self.instance.pk is not None and was.exists()


class NewPasswordForm(PasswordForm):
    """Another password for an account; the change log tells that it was set, by whom, and nothing of it."""

    def save(self, commit: bool = True) -> User:
        because(f"Set a new password for {self.user}")
        current_act().change_set()
        user: User = super().save(commit)
        return user


def _wait(time: timedelta) -> str:
    minutes = math.ceil(time / timedelta(minutes=1))
    return f"Too many attempts failed. Wait {minutes} minute{'' if minutes == 1 else 's'}, then try again."


def administrators() -> Any:
    """Return the active accounts that may administer accounts."""
    security = RoleGrant.objects.filter(role=RoleGrant.Role.SECURITY).values("user")
    return User.objects.filter(Q(is_superuser=True) | Q(pk__in=security), is_active=True)
