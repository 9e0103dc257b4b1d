"""Knows how somebody says until when they want no messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from audit.forms import GuardedForm
from rotations.acknowledging import MOST_DAYS
from rotations.forms import DAY

A_WEEK = timedelta(days=7)


class QuietForm(GuardedForm):
    """Until which day, the day included."""

    until_on = forms.DateField(
        label="Quiet until",
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs=DAY | {"pattern": r"\d{4}-\d{2}-\d{2}"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the date as 2026-07-14: year, month, day.", "required": "Say until when."},
        help_text=f"The day included, at most {MOST_DAYS} days ahead.",
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        super().__init__(data, initial={"until_on": today + A_WEEK})
