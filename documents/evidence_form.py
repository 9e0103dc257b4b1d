"""Knows how somebody asks for an evidence pack: a quarter or two days, a day of the register, an environment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from audit.forms import GuardedForm
from documents.evidence.wish import Wish, quarter_of
from inventory import listing
from inventory.filters import PastDayField

QUARTERS = 12
_DAY = {"inputmode": "numeric", "maxlength": 10, "autocomplete": "off", "placeholder": "YYYY-MM-DD", "class": "date"}


class EvidenceForm(GuardedForm):
    """What a pack is to hold; two days win over a quarter, and without a day of the register it is the last one."""

    quarter = forms.ChoiceField(label="Quarter", required=False)
    first_on = PastDayField(label="Or from", required=False, widget=forms.TextInput(attrs=_DAY))
    last_on = PastDayField(label="to", required=False, widget=forms.TextInput(attrs=_DAY))
    as_of = PastDayField(
        label="The register as of the end of",
        required=False,
        widget=forms.TextInput(attrs=_DAY),
        help_text="Empty: the last day of the period.",
    )
    environment = forms.ChoiceField(label="Environment", required=False)
    with_phones = forms.BooleanField(label="Phone numbers too", required=False)
    reason = forms.CharField(
        label="What for", required=False, max_length=300, help_text="Kept with the record of the pack, not in it."
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.today = today
        for name in ("first_on", "last_on", "as_of"):
            cast(PastDayField, self.fields[name]).today = today
        self._choose("quarter", [("", "None"), *quarters_before(today)])
        self._choose("environment", [("", "All"), *((place.code, place.name) for place in listing.environments())])

    def clean(self) -> dict[str, Any]:
        """Put the wish together, and refuse a period that cannot be known."""
        cleaned = super().clean() or {}
        if not self.errors:
            cleaned["wish"] = self._wish(cleaned)
            cleaned["wish"].check(today=self.today)
        return cleaned

    def _wish(self, read: Mapping[str, Any]) -> Wish:
        as_of = _day(read["as_of"])
        first_on, last_on = _day(read["first_on"]), _day(read["last_on"])
        if (first_on is None) != (last_on is None):
            missing = "first_on" if first_on is None else "last_on"
            raise ValidationError({missing: "Write both days of the period, or choose a quarter."}, code="half")
        if first_on is None or last_on is None:
            if not read["quarter"] and as_of is None:
                raise ValidationError({"quarter": "Choose a quarter, or write both days of the period."}, code="none")
            first_on, last_on = quarter_of(_day(read["quarter"]) or as_of or self.today)
            last_on = min(last_on, self.today if read["quarter"] else as_of or self.today)
        return Wish(as_of or last_on, first_on, last_on, read["environment"], read["with_phones"])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = cast(forms.ChoiceField, self.fields[name])
        field.choices = choices
        field.error_messages["invalid_choice"] = "Choose one of the list."


def quarters_before(today: date) -> Iterable[tuple[str, str]]:
    """Return the quarters up to `today`, the latest first: the first day of each, and its words."""
    first = quarter_of(today)[0]
    for _ in range(QUARTERS):
        yield first.isoformat(), f"Q{(first.month + 2) // 3} {first.year}"
        first = quarter_of(first - timedelta(days=1))[0]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
