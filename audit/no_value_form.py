"""Asks security whether a text that only resembles a value is one, and lets it stay in the act under way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from audit.acts import allow_values


def no_value_tick(**wishes: Any) -> forms.BooleanField:
    """Return the field that says that what was refused is no value."""
    return forms.BooleanField(
        label="This is no value, and I say why",
        required=False,
        help_text="Only where it merely resembles one. Type the text again above, then tick this.",
        **wishes,
    )


def no_value_why(**wishes: Any) -> forms.CharField:
    """Return the field that says why."""
    return forms.CharField(
        label="Why it is no value",
        max_length=300,
        required=False,
        help_text="It stands in the change log. For example: It is the name of a queue.",
        **wishes,
    )


class NoValueForm(forms.Form):
    """The part of a form for security that overrides refusals which are guesses."""

    is_no_value = no_value_tick()
    no_value_reason = no_value_why()

    def clean_no_value_reason(self) -> str:
        why: str = self.cleaned_data["no_value_reason"].strip()
        if self.cleaned_data.get("is_no_value") and not why:
            raise ValidationError("Say why this is no value.", code="required")
        return why

    def let_stay(self, fields: Iterable[str] = ()) -> None:
        """Let texts stay in the act under way, where a valid form says so: see `audit.acts.allow_values`."""
        if self.cleaned_data.get("is_no_value"):
            allow_values(self.cleaned_data["no_value_reason"], fields)

    @property
    def says_no_value(self) -> bool:
        """Whether a valid form says that what was refused is no value."""
        return bool(self.cleaned_data.get("is_no_value"))
