"""Asks what is said of secrets in a rotation, and of the rotation itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django import forms

from audit.forms import GuardedForm
from rotations.forms import DayField
from rotations.models import RotationItem
from rotations.models.rotation import SET_ASIDE


class DayForm(GuardedForm):
    """A day, and where it can be seen."""

    on = DayField(label="On", required=False)
    evidence = forms.CharField(max_length=500, required=False, label="Where it can be seen")

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today
        cast(DayField, self.fields["on"]).today = today

    @property
    def day(self) -> date:
        """The day that is meant: today where none is written."""
        return self.cleaned_data.get("on") or self.today


class AsideForm(GuardedForm):
    """What became of secrets that were not rotated, and why."""

    outcome = forms.ChoiceField(choices=[choice for choice in RotationItem.Outcome.choices if choice[0] in SET_ASIDE])
    reason = forms.CharField(max_length=300, error_messages={"required": "Say why."})


class WhyForm(GuardedForm):
    """Why; it may be left out where nothing has to be explained."""

    reason = forms.CharField(max_length=300, required=False)


class StepForm(GuardedForm):
    """The words of a step."""

    words = forms.CharField(max_length=200, error_messages={"required": "Write what is to be done."})


class NoteForm(GuardedForm):
    """A note to the others."""

    text = forms.CharField(max_length=1000, error_messages={"required": "Write a note."})
