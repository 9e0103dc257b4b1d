"""Knows how somebody asks for some of the people in the address of the page."""

from __future__ import annotations

from typing import Any

from django import forms

from audit.forms import GuardedForm
from contacts.models import Team
from contacts.querysets import PersonQuerySet

NO_TEAM = "none"


class PeopleForm(GuardedForm):
    """The filters of the list of people; an unreadable one restricts nothing."""

    q = forms.CharField(label="Name, handle or e-mail", required=False, max_length=200)
    team = forms.ChoiceField(label="Team", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.order_by("name", "pk").values_list("pk", "name")
        choices = [("", "Any team"), *((str(pk), name) for pk, name in teams), (NO_TEAM, "No team")]
        self.fields["team"].choices = choices  # type: ignore[attr-defined]

    def people(self, known: PersonQuerySet) -> PersonQuerySet:
        """Return those of `known` that are wanted, with their teams: by name, and those who left at the end."""
        self.is_valid()
        text, team = self.cleaned_data.get("q", ""), self.cleaned_data.get("team", "")
        found = known.named_like(text) if text else known
        if team:
            found = found.filter(team__isnull=True) if team == NO_TEAM else found.filter(team=team)
        return found.select_related("team").order_by("-is_active", "name", "pk")

    @property
    def is_restricted(self) -> bool:
        """Whether anything is asked that could be read."""
        return self.is_bound and any(self.cleaned_data.values())
