"""Knows how somebody asks for a part of the register in the address of the page, and says it back in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

from audit.forms import GuardedForm
from contacts.models import Person, Team
from inventory import listing
from inventory.counts import Counts
from inventory.models import Environment, Secret, SecretType, Service
from inventory.policy import Standing
from inventory.wanted import NOBODY, Wanted

_NEAR = {"today": timedelta(), "yesterday": timedelta(days=1)}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


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


class PastDayField(forms.CharField):
    """A day up to `today` in ISO form, kept as it is written there; `today` and `yesterday` are understood."""

    today = date.max

    def to_python(self, value: object) -> str:
        text = str(super().to_python(value)).strip()
        return day_of(text, today=self.today).isoformat() if text else ""


def day_of(text: str, *, today: date) -> date:
    """Return the day that `text` names; raises ValidationError where it cannot be read or lies after `today`."""
    ago = _NEAR.get(text.lower())
    try:
        day = date.fromisoformat(text if _ISO_DAY.fullmatch(text) else "") if ago is None else today - ago
    except ValueError:
        raise ValidationError("Write the day as 2026-06-30: year, month, day.", code="day") from None
    if day > today:
        raise ValidationError("Choose a day up to today.", code="future")
    return day


def past_day(data: Mapping[str, str], *, today: date) -> date | None:
    """Return the day that is asked for, None where none is or where it cannot be shown: the form says why."""
    text = data.get("as_of", "").strip()
    try:
        return day_of(text, today=today) if text else None
    except ValidationError:
        return None


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
    as_of = PastDayField(required=False, label="As of")

    def __init__(
        self, data: Mapping[str, Any], *, counts: Counts, choices: Callable[[], dict[str, Choices]] | None = None
    ) -> None:
        super().__init__(data)
        cast(PastDayField, self.fields["as_of"]).today = counts.today
        for name, listed in counts.remembered("choices", choices or choices_now).items():
            self._listed(name).choices = listed

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
        on = [name for name in self.fields if name not in ("sort", "as_of") and getattr(wanted, name)]
        return [Chip(self._words(name, getattr(wanted, name)), wanted.but(**{name: ""}).query or "?") for name in on]

    def _words(self, name: str, value: str) -> str:
        field = self.fields[name]
        words = field.choices.words.get(value, value) if isinstance(field, ListedField) else value
        return words if name in ("standing", "status") or value == NOBODY else f"{self[name].label}: {words}"


def choices_now() -> dict[str, Choices]:
    """Return what can be chosen in the register as it is; five queries."""
    return choices_of(
        places=listing.environments(),
        services=Service.objects.order_by("code").values_list("code", flat=True),
        types=SecretType.objects.order_by("position", "name").only("name", "short_name"),
        people=Person.objects.order_by("-is_active", "name", "pk").only("name", "is_active"),
        teams=Team.objects.order_by("name", "pk"),
    )


def choices_of(
    *,
    places: Iterable[Environment],
    services: Iterable[str],
    types: Iterable[SecretType],
    people: Iterable[Person],
    teams: Iterable[Team],
) -> dict[str, Choices]:
    """Return what can be chosen among these, in their order."""
    persons = [(str(one.pk), one.name if one.is_active else f"{one.name} (has left)") for one in people]
    return {
        "environment": Choices.of(("", "Any"), *((place.code, place.name) for place in places)),
        "service": Choices.of(("", "Any"), *((code, code) for code in services)),
        "type": Choices.of(("", "Any"), *((str(kind.pk), kind.label) for kind in types)),
        "owner": Choices.of(("", "Anyone"), (NOBODY, "No owner"), *persons),
        "backup_owner": Choices.of(("", "Anyone"), (NOBODY, "No backup"), *persons),
        "team": Choices.of(("", "Any"), *((str(team.pk), team.name) for team in teams)),
        "standing": Choices.of(("", "Any"), *Standing.choices),
        "status": Choices.of(("", "In use"), *Secret.Status.choices),
    }
