"""Shows what another interval of a type would do, and saves it when that was seen."""

from __future__ import annotations

from copy import copy
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from audit.register_form import RegisterForm
from inventory.interval_effect import effect_of
from inventory.models import SecretType


class SecretTypeForm(RegisterForm):
    """A type; another interval is saved by whoever has seen what it moves."""

    today: date

    seen_effect = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = SecretType
        exclude = ()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        is_another = self.instance.pk is not None and "rotation_interval_days" in self.changed_data
        if is_another and not self.has_error("rotation_interval_days"):
            days = self.cleaned_data["rotation_interval_days"]
            if days != 0:  # which is refused
                self._show_effect(days)
        return cleaned

    def _show_effect(self, interval_days: int | None) -> None:
        """Refuse the first time, with what it would do; and again where that is another than what was seen."""
        kind: SecretType = self.instance  # type: ignore[assignment]
        effect = effect_of(kind, interval_days, today=self.today)
        if not effect.words:
            return
        shown = f"{interval_days}: {effect.words}"
        if self.data.get(self.add_prefix("seen_effect")) == shown:
            return
        data: Any = copy(self.data)
        data[self.add_prefix("seen_effect")] = shown
        self.data = data
        words = f"Nothing is saved yet. {effect.words} Save again to do it."
        self.add_error("rotation_interval_days", ValidationError(words, code="effect"))
