"""Knows what is asked of a secret that is written in the admin, beside what always holds."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from audit.policies import is_security
from audit.register_form import RegisterForm
from contacts.models import Person
from inventory.models import Secret
from inventory.policies import may_add

GIVEN_WITHOUT_REASON = (
    "Say why the next rotation is on this day. Without a reason it is the last rotation plus the interval."
)


class SecretForm(RegisterForm):
    """A secret; whom it is given to must be there to take it."""

    user: Any = None

    class Meta:
        model = Secret
        exclude = ()

    def clean_owner(self) -> Person | None:
        owner = self._somebody_active("owner")
        if self.instance.pk is None and not self._may_add_of(owner):
            raise ValidationError("You can add secrets that you own. Choose yourself.", code="not_yours")
        return owner

    def clean_backup_owner(self) -> Person | None:
        return self._somebody_active("backup_owner")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        given = "next_rotation_on" in self.changed_data and self.cleaned_data.get("next_rotation_on") is not None
        if given and not self.cleaned_data.get("next_rotation_reason"):
            self.add_error("next_rotation_reason", ValidationError(GIVEN_WITHOUT_REASON, code="given"))
        return cleaned

    def _somebody_active(self, name: str) -> Person | None:
        person: Person | None = self.cleaned_data[name]
        if person is not None and not person.is_active and name in self.changed_data:
            raise ValidationError(f"{person} is no longer active. Choose somebody who is.", code="inactive")
        return person

    def _may_add_of(self, owner: Person | None) -> bool:
        """Return whether a new secret of `owner` may be added; one of nobody only by security."""
        return is_security(self.user) or (owner is not None and may_add(self.user, owner=owner))
