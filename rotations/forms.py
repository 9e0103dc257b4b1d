"""Knows how somebody says on which day secrets were rotated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from audit.forms import GuardedForm

DAY = {"inputmode": "numeric", "placeholder": "YYYY-MM-DD", "class": "date", "autocomplete": "off", "size": "10"}
DATE = DAY | {"pattern": r"\d{4}-\d{2}-\d{2}"}
_READ = r"\d{4}-\d{2}-\d{2}|[Tt]oday|[Yy]esterday"


class DayField(forms.DateField):
    """A day as an ISO date, "today" or "yesterday"; its form says which day today is."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs=DAY | {"pattern": _READ}, format="%Y-%m-%d")
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, **kwargs)
        self.error_messages["invalid"] = "Write the date as 2026-07-14: year, month, day. Or write today or yesterday."
        self.error_messages["required"] = "Say on which day. Today will do."
        self.today: date | None = None

    def to_python(self, value: Any) -> date | None:
        """Return the day that was meant."""
        words = str(value or "").strip().lower()
        if self.today is not None and words in ("today", "yesterday"):
            return self.today - timedelta(days=words == "yesterday")
        return super().to_python(value)


class RecordForm(GuardedForm):
    """What is recorded of a rotation, for one secret or for many."""

    on = DayField(label="Rotated on", help_text="Write 2026-07-14, today or yesterday.")
    note = forms.CharField(
        max_length=300, required=False, help_text="For example: both keys are published until Thursday."
    )
    evidence = forms.CharField(
        max_length=500,
        required=False,
        label="Where it can be seen",
        help_text="A ticket, a log, a commit. Never the value.",
    )
    old_revoked = forms.BooleanField(
        required=False,
        label="The old value no longer works",
        help_text="Leave it open while the old one still works: a clean-up reminds of it.",
    )
    earlier_is_meant = forms.BooleanField(
        required=False, label="Yes, this rotation was before the one that is known. The dates stay as they are."
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        super().__init__(data, initial={"on": today})
        day = self.fields["on"]
        assert isinstance(day, DayField)  # noqa: S101
        self.today = day.today = today
        self._read: date | None = None

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        self._read = on
        if on > self.today:
            raise ValidationError("Choose a date up to today.", code="future")
        return on

    @property
    def day(self) -> date:
        """The day that is meant, as far as it could be read, refused or not; today before anything was sent."""
        self.is_valid()
        return self._read or self.today

    @property
    def asks_whether_earlier(self) -> bool:
        """Whether the day lies before a known rotation, so that the tick is to be shown."""
        return self.has_error("on", "earlier")

    def refuse(self, error: ValidationError) -> None:
        """Show what recording refused, at the field where it can be mended."""
        self.add_error("on" if error.code in ("future", "earlier") else None, error)
