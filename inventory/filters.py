"""Knows how somebody asks for a part of the register in the address of the page, and says it back in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from audit.forms import GuardedForm
from contacts.models import Person, Team
from inventory import listing
from inventory.counts import Counts
from inventory.models import Secret, SecretType, Service
from inventory.policy import Standing
from inventory.wanted import NOBODY, Wanted

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, in words, and the query of the page without it."""

    words: str
    without: str


class SecretFilters(GuardedForm):
    """The filters of the list of secrets; every one may be left out, and an unreadable one restricts nothing."""

    q = forms.CharField(required=False, max_length=200, label="Text")
    environment = forms.ChoiceField(required=False)
    service = forms.ChoiceField(required=False)
    type = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(required=False)
    backup_owner = forms.ChoiceField(required=False)
    team = forms.ChoiceField(required=False)
    standing = forms.ChoiceField(required=False, choices=[("", "Any"), *Standing.choices])
    status = forms.ChoiceField(required=False, choices=[("", "In use"), *Secret.Status.choices])
    sort = forms.CharField(required=False, max_length=10)

    def __init__(self, data: Mapping[str, Any], *, counts: Counts) -> None:
        super().__init__(data)
        for name, choices in counts.remembered("choices", _choices).items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101
            field.choices = choices
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = "Choose one of the list."

    def wanted(self) -> Wanted:
        """Return what is wanted, as far as it could be read."""
        self.is_valid()
        read = {name: self.cleaned_data.get(name, "") for name in self.fields}
        if read["sort"].removeprefix("-") not in listing.SORTS:
            read["sort"] = ""
        return Wanted(**read)

    def chips(self) -> list[Chip]:
        """Return the filters that are on, in the order of the page."""
        wanted = self.wanted()
        on = [name for name in self.fields if name != "sort" and getattr(wanted, name)]
        return [Chip(self._words(name, getattr(wanted, name)), wanted.but(**{name: ""}).query or "?") for name in on]

    def _words(self, name: str, value: str) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            value = dict(field.choices).get(value, value)  # type: ignore[arg-type]
        return value if name in ("standing", "status") or value.startswith("No ") else f"{self[name].label}: {value}"


def _choices() -> dict[str, Choices]:
    people = [
        (str(person.pk), person.name if person.is_active else f"{person.name} (has left)")
        for person in Person.objects.order_by("-is_active", "name", "pk").only("name", "is_active")
    ]
    types = SecretType.objects.order_by("position", "name").only("name", "short_name")
    services = Service.objects.order_by("code").values_list("code", flat=True)
    return {
        "environment": [("", "Any"), *((place.code, place.name) for place in listing.environments())],
        "service": [("", "Any"), *((code, code) for code in services)],
        "type": [("", "Any"), *((str(kind.pk), kind.label) for kind in types)],
        "owner": [("", "Anyone"), (NOBODY, "No owner"), *people],
        "backup_owner": [("", "Anyone"), (NOBODY, "No backup"), *people],
        "team": [("", "Any"), *((str(team.pk), team.name) for team in Team.objects.order_by("name", "pk"))],
    }
