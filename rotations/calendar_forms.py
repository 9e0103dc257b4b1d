"""Asks what a calendar feed shows, what it holds and when it ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q

from audit.forms import GuardedForm
from audit.models import User
from contacts.models import Person, Team
from inventory.models import Environment, SecretType
from rotations.feed_acts import FeedFacts
from rotations.models import CalendarFeed

Scope = CalendarFeed.Scope
EXPIRES_AFTER = timedelta(days=365)


class FeedForm(GuardedForm):
    """What a feed shows, in one list; what it holds, one box each; and its last day."""

    shows = forms.ChoiceField(label="What it shows")
    with_reminders = forms.BooleanField(
        label="Reminders", required=False, initial=True, help_text="The days that prepare a rotation, as entries."
    )
    with_clean_ups = forms.BooleanField(
        label="Clean-ups", required=False, initial=True, help_text="The last day to revoke old values."
    )
    with_expected = forms.BooleanField(
        label="Expected rotations",
        required=False,
        initial=True,
        help_text="The coming year by the intervals, marked as not planned yet.",
    )
    with_alarms = forms.BooleanField(
        label="Alarms", required=False, help_text="Rotations ring in programs that allow it; Google and Outlook do not."
    )
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

    def __init__(self, *args: Any, user: User, today: date, feed: CalendarFeed | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.today, self.feed = user, today, feed
        self.fields["shows"].choices = self._choices()  # type: ignore[attr-defined]
        self.fields["expires_on"].initial = today + EXPIRES_AFTER
        if feed is not None:
            self.initial = _facts_of(feed)

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day is not None and day < self.today:
            raise forms.ValidationError("Choose a day from today on, or leave it empty.", code="past")
        return day

    def wanted(self) -> FeedFacts:
        """Return the facts of the feed; what its scope names is read again, and may be gone."""
        scope, _, key = str(self.cleaned_data["shows"]).partition(":")
        held = self.cleaned_data
        return {
            "scope": scope,
            "person": Person.objects.visible_to(self.user).filter(pk=key).first() if scope == Scope.PERSON else None,
            "team": Team.objects.visible_to(self.user).filter(pk=key).first() if scope == Scope.TEAM else None,
            "environment": Environment.objects.filter(code=key).first() if scope == Scope.ENVIRONMENT else None,
            "type": SecretType.objects.filter(pk=key).first() if scope == Scope.TYPE else None,
            "expires_on": held["expires_on"],
            "with_reminders": held["with_reminders"],
            "with_clean_ups": held["with_clean_ups"],
            "with_expected": held["with_expected"],
            "with_alarms": held["with_alarms"],
        }

    def _choices(self) -> list[Any]:
        environments = Environment.objects.order_by("position", "code")
        teams = Team.objects.visible_to(self.user).order_by("name", "pk")
        types = SecretType.objects.order_by("name", "pk")
        # Somebody who left can no longer be chosen, but stays chosen.
        there = Q(is_active=True) | Q(pk=self.feed.person_id if self.feed is not None else None)
        people = Person.objects.visible_to(self.user).filter(there).order_by("name", "pk")
        choices: list[Any] = [(scope.value, scope.label) for scope in (Scope.MINE, Scope.EVERYTHING)]
        for name, scope, rows in (
            ("An environment", Scope.ENVIRONMENT, [(row.code, row.name) for row in environments]),
            ("A team", Scope.TEAM, [(row.pk, row.name) for row in teams]),
            ("A type", Scope.TYPE, [(row.pk, row.name) for row in types]),
            ("What somebody owns or backs up", Scope.PERSON, [(row.pk, row.name) for row in people]),
        ):
            if rows:
                choices.append((name, [(f"{scope}:{key}", label) for key, label in rows]))
        return choices


def _facts_of(feed: CalendarFeed) -> dict[str, Any]:
    subject = feed.subject
    key = f":{feed.environment_id or subject.pk}" if subject is not None else ""
    return {
        "shows": f"{feed.scope}{key}",
        "expires_on": feed.expires_on,
        "with_reminders": feed.with_reminders,
        "with_clean_ups": feed.with_clean_ups,
        "with_expected": feed.with_expected,
        "with_alarms": feed.with_alarms,
    }
