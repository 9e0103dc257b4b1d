"""Asks what a new calendar feed shows and when it ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms

from audit.forms import GuardedForm
from audit.models import User
from contacts.models import Team
from inventory.models import Environment
from rotations.models import CalendarFeed

Scope = CalendarFeed.Scope
DATE = {"class": "date", "inputmode": "numeric", "pattern": r"\d{4}-\d{2}-\d{2}", "placeholder": "YYYY-MM-DD"}
EXPIRES_AFTER = timedelta(days=365)


class FeedForm(GuardedForm):
    """What a new feed shows, in one list, and its last day."""

    shows = forms.ChoiceField(label="What it shows")
    expires_on = forms.DateField(
        label="Last day",
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(
            format="%Y-%m-%d",
            attrs={
                "class": "date",
                "inputmode": "numeric",
                "pattern": r"\d{4}-\d{2}-\d{2}",
                "placeholder": "YYYY-MM-DD",
            },
        ),
        help_text="For example 2027-06-30. Empty: it does not end by itself.",
        error_messages={"invalid": "Write the date as 2027-06-30, or leave it empty."},
    )

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.today = user, today
        self.fields["shows"].choices = self._choices()  # type: ignore[attr-defined]
        self.fields["expires_on"].initial = today + EXPIRES_AFTER

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day is not None and day < self.today:
            raise forms.ValidationError("Choose a day from today on, or leave it empty.", code="past")
        return day

    def wanted(self) -> dict[str, Any]:
        """Return the facts of the feed, for `make_feed`; the team or environment is read again, and may be gone."""
        scope, _, key = str(self.cleaned_data["shows"]).partition(":")
        return {
            "scope": scope,
            "team": Team.objects.visible_to(self.user).filter(pk=key).first() if scope == Scope.TEAM else None,
            "environment": Environment.objects.filter(code=key).first() if scope == Scope.ENVIRONMENT else None,
            "expires_on": self.cleaned_data["expires_on"],
        }

    def _choices(self) -> list[Any]:
        environments = Environment.objects.order_by("position", "code")
        teams = Team.objects.visible_to(self.user).order_by("name", "pk")
        choices: list[Any] = [(scope.value, scope.label) for scope in (Scope.MINE, Scope.EVERYTHING)]
        for name, scope, rows in (
            ("An environment", Scope.ENVIRONMENT, [(row.code, row.name) for row in environments]),
            ("A team", Scope.TEAM, [(row.pk, row.name) for row in teams]),
        ):
            if rows:
                choices.append((name, [(f"{scope}:{key}", label) for key, label in rows]))
        return choices
