"""Asks what is to be planned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError

from audit.forms import GuardedForm
from contacts.models import Team
from inventory.models import Environment
from rotations.forms import DATE
from rotations.plan_gathering import Wish
from rotations.planning.problem import Days

QUARTERS = 5
MOST_DAYS = 400
FARTHEST_DAYS = 3 * 366
# What is suggested for a day.
PER_PERSON, IN_ALL = 3, 20
_FAR = 10_000


class PlanForm(GuardedForm):
    """A part of the register, a quarter or two days, and how much a day holds."""

    part = forms.ChoiceField(label="What", required=False)
    quarter = forms.ChoiceField(label="When", required=False)
    first_on = forms.DateField(
        label="or from",
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE),
        error_messages={"invalid": "Write the date as 2026-10-01, or leave both days empty."},
    )
    last_on = forms.DateField(
        label="to",
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE),
        error_messages={"invalid": "Write the date as 2026-12-31, or leave both days empty."},
    )
    per_person = forms.IntegerField(label="Most per person and day", min_value=1, max_value=_FAR, initial=PER_PERSON)
    in_all = forms.IntegerField(label="Most in all per day", min_value=1, max_value=_FAR, initial=IN_ALL)
    moves = forms.BooleanField(label="Move what is planned already, where that is better", required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today
        self._environments = {place.code: place for place in Environment.objects.order_by("position", "code")}
        self._teams = {str(team.pk): team for team in Team.objects.order_by("name", "pk")}
        places = [(f"environment:{code}", place.name) for code, place in self._environments.items()]
        teams = [(f"team:{key}", team.name) for key, team in self._teams.items()]
        groups = [(label, rows) for label, rows in (("An environment", places), ("A team", teams)) if rows]
        self._choose("part", [("", "Everything"), *groups])
        self._choose("quarter", [*quarters_from(today), ("", "The days beside this")])
        for name in ("part", "quarter", "first_on", "last_on"):
            setattr(self.fields[name], "goes_without_saying", True)  # noqa: B010
        self.fields["quarter"].initial = next(quarters_from(today))[0]

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices
        field.error_messages["invalid_choice"] = "Choose one of the list."

    def clean(self) -> dict[str, Any]:
        """Ask for two days in their order, or for a quarter; nothing is planned for days that are over."""
        read: dict[str, Any] = super().clean() or {}
        if not {"first_on", "last_on", "quarter"} & self.errors.keys():
            first, last = self._days(read)
            if last < first:
                words = "Choose a last day from today and from the first day on."
                self.add_error("last_on" if read.get("last_on") else "quarter", ValidationError(words, "order"))
            elif (last - first).days > MOST_DAYS or (last - self.today).days > FARTHEST_DAYS:
                words = f"Choose at most {MOST_DAYS} days, all of them within three years."
                self.add_error("last_on", ValidationError(words, "long"))
            read["window"] = Days(max(first, self.today), last)
        return read

    def _days(self, read: Mapping[str, Any]) -> tuple[date, date]:
        given = [read.get("first_on"), read.get("last_on")]
        first, last = given
        if first is not None and last is not None:
            return max(first, self.today), last
        if any(given):
            missing = "last_on" if first is not None else "first_on"
            self.add_error(missing, ValidationError("Write both days, or neither and choose a quarter.", "one"))
        elif not read.get("quarter"):
            self.add_error("first_on", ValidationError("Write both days, or choose a quarter.", "none"))
        chosen = date.fromisoformat(read["quarter"]) if read.get("quarter") else self.today
        return max(chosen, self.today), end_of_quarter(chosen)

    def query(self) -> str:
        """Return the query of the page that asks for the same."""
        return urlencode({name: self[name].data for name in self.fields if self[name].data not in (None, "", False)})

    def wish(self) -> Wish:
        """Return what is asked for; the form must be valid."""
        read = self.cleaned_data
        kind, _, key = read["part"].partition(":")
        return Wish(
            window=read["window"],
            per_person=read["per_person"],
            in_all=read["in_all"],
            environment=self._environments.get(key) if kind == "environment" else None,
            team=self._teams.get(key) if kind == "team" else None,
            moves=read["moves"],
        )


def quarters_from(today: date) -> Iterator[tuple[str, str]]:
    """Return the quarter of `today` and those after it, by their first day, in words."""
    first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    for number in range(QUARTERS):
        words = ("This quarter, ", "Next quarter, ")[number] if number < 2 else ""
        yield first.isoformat(), f"{words}{quarter_words(first)}"
        first = end_of_quarter(first) + timedelta(days=1)


def quarter_words(first: date) -> str:
    """Return a quarter as people write it: Q4 2026."""
    return f"Q{(first.month + 2) // 3} {first.year}"


def end_of_quarter(day: date) -> date:
    """Return the last day of the quarter of `day`."""
    month = 3 * ((day.month - 1) // 3) + 4
    following = date(day.year + (month > 12), month - 12 * (month > 12), 1)
    return following - timedelta(days=1)
