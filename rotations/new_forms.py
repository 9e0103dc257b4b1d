"""Asks what a new rotation is called, why it takes place, when, and who leads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from audit.forms import GuardedForm
from contacts.models import Person
from rotations.forms import DATE
from rotations.models import Rotation


class NewRotationForm(GuardedForm):
    """Everything of a new rotation but its secrets."""

    title = forms.CharField(
        max_length=120, required=False, help_text="For example: Everything at Stripe. Empty: where and when it is."
    )
    cause = forms.ChoiceField(choices=Rotation.Cause, label="Because of")
    planned_on = forms.DateField(
        label="To be done by",
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE),
        help_text="For example 2027-01-29. Empty: a draft, which reminds nobody.",
        error_messages={"invalid": "Write the date as 2027-01-29, or leave it empty."},
    )
    owner = forms.ModelChoiceField(Person.objects.none(), required=False, label="Led by", empty_label="Nobody yet")
    reason = forms.CharField(max_length=300, required=False, help_text="For example: their breach notice of Monday.")
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)

    def __init__(self, data: Mapping[str, Any] | None, *, today: date, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        self.today = today
        people = Person.objects.filter(is_active=True).order_by("name", "pk")
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]

    def clean_planned_on(self) -> date | None:
        on: date | None = self.cleaned_data["planned_on"]
        if on is not None and on < self.today:
            raise forms.ValidationError("Choose a day from today on, or leave it empty.", code="past")
        return on
