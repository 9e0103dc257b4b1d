"""Knows how somebody asks for a part of the register in the address of the page, and says it back in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

from audit.forms import GuardedForm
from contacts.models import Person, Team
from inventory import listing
from inventory.counts import Counts
from inventory.models import Secret, SecretType, Service
from inventory.policy import Standing
from inventory.wanted import NOBODY, Wanted


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen, as words by value and as it is drawn; kept, because there are hundreds of them."""

    words: Mapping[str, str]
    drawn: str

    @classmethod
    def of(cls, *pairs: tuple[str, object]) -> Choices:
        """Return the choices of value and word."""
        drawn = format_html_join("", '<option value="{}">{}</option>', pairs)
        return cls({value: str(words) for value, words in pairs}, str(drawn))

    def drawn_with(self, value: str) -> SafeString:
        """Return the options, the one of `value` selected."""
        start = f'<option value="{conditional_escape(value)}"'
        return SafeString(self.drawn.replace(start, f"{start} selected", 1))


class ListedField(forms.CharField):
    """One of the values of `choices`, or nothing."""

    choices = Choices({}, "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value not in self.choices.words:
            raise ValidationError("Choose one of the list.", code="invalid_choice")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, in words, and the query of the page without it."""

    words: str
    without: str


class SecretFilters(GuardedForm):
    """The filters of the list of secrets; every one may be left out, and an unreadable one restricts nothing."""

    q = forms.CharField(required=False, max_length=200, label="Text")
    environment = ListedField(required=False)
    service = ListedField(required=False)
    type = ListedField(required=False)
    owner = ListedField(required=False)
    backup_owner = ListedField(required=False)
    team = ListedField(required=False)
    standing = ListedField(required=False)
    status = ListedField(required=False)
    sort = forms.CharField(required=False, max_length=10)

    def __init__(self, data: Mapping[str, Any], *, counts: Counts) -> None:
        super().__init__(data)
        for name, choices in counts.remembered("choices", _choices).items():
            self._listed(name).choices = choices

    def _listed(self, name: str) -> ListedField:
        field = self.fields[name]
        assert isinstance(field, ListedField)  # noqa: S101
        return field

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
        words = field.choices.words.get(value, value) if isinstance(field, ListedField) else value
        return words if name in ("standing", "status") or value == NOBODY else f"{self[name].label}: {words}"


def _choices() -> dict[str, Choices]:
    people = list(_people())
    types = SecretType.objects.order_by("position", "name").only("name", "short_name")
    services = Service.objects.order_by("code").values_list("code", flat=True)
    teams = Team.objects.order_by("name", "pk")
    return {
        "environment": Choices.of(("", "Any"), *((place.code, place.name) for place in listing.environments())),
        "service": Choices.of(("", "Any"), *((code, code) for code in services)),
        "type": Choices.of(("", "Any"), *((str(kind.pk), kind.label) for kind in types)),
        "owner": Choices.of(("", "Anyone"), (NOBODY, "No owner"), *people),
        "backup_owner": Choices.of(("", "Anyone"), (NOBODY, "No backup"), *people),
        "team": Choices.of(("", "Any"), *((str(team.pk), team.name) for team in teams)),
        "standing": Choices.of(("", "Any"), *Standing.choices),
        "status": Choices.of(("", "In use"), *Secret.Status.choices),
    }


def _people() -> Iterable[tuple[str, str]]:
    for person in Person.objects.order_by("-is_active", "name", "pk").only("name", "is_active"):
        yield str(person.pk), person.name if person.is_active else f"{person.name} (has left)"
