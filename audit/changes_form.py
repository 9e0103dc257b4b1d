"""Knows how somebody asks for a part of the change log in the address of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.http import urlencode
from django.utils.text import capfirst

from audit import changes
from audit.changes import Wanted
from audit.forms import GuardedForm
from audit.headlines import singular_of
from audit.models import ChangeSet

_LABELS = {
    "q": "Text",
    "who": "Who",
    "source": "Through",
    "kind": "What",
    "marked": "Only",
    "since": "From",
    "until": "To",
}
VIEWS = (
    ("since_review", "Since last review"),
    ("not_reviewed", "Not reviewed"),
    ("ownership", "Ownership"),
    ("rotations", "Rotations"),
    ("everything", "Everything"),
)
_MARKED = (
    ("weakens", "Weakens control"),
    ("production", "Touches production"),
    ("overdue", "Overdue for review"),
    ("objected", "Objected to"),
)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, in words, and the address of the page without it."""

    words: str
    without: str


class ChangesForm(GuardedForm):
    """The filters of the change log; every one may be left out, and an unreadable one restricts nothing."""

    q = forms.CharField(required=False, max_length=200)
    who = forms.ChoiceField(required=False)
    source = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(required=False)
    marked = forms.ChoiceField(required=False)
    since = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    until = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    object = forms.CharField(required=False, max_length=64)
    view = forms.ChoiceField(required=False, choices=[("", ""), *VIEWS])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("who", "Anyone", [(str(key), name) for key, name in changes.actors()])
        self._choose("source", "Any source", list(ChangeSet.Source.choices))
        self._choose("kind", "Anything", [(label, capfirst(name)) for label, name in changes.kinds().items()])
        self._choose("marked", "All", list(_MARKED))
        for name in ("since", "until"):
            self.fields[name].error_messages["invalid"] = "Write the date as 2026-07-14: year, month, day."

    def wanted(self) -> Wanted:
        """Return what is wanted, as far as it could be read; who asks for nothing gets what is new."""
        self.is_valid()
        read = self.cleaned_data
        model, _, key = read.get("object", "").partition(":")
        return Wanted(
            text=read.get("q", ""),
            actor=int(read["who"]) if read.get("who") else None,
            source=read.get("source", ""),
            model=model or read.get("kind", ""),
            object_id=key,
            first_on=read.get("since"),
            last_on=read.get("until"),
            view=read.get("view") or ("everything" if self._filters() else "since_review"),
            marked=read.get("marked", ""),
        )

    def chips(self) -> list[Chip]:
        """Return the filters that are on, in the order of the page."""
        return [Chip(self._words(name), self._address(without=name)) for name in self._filters()]

    def address_of(self, view: str) -> str:
        """Return the address of another part of the change log with the same filters."""
        return self._address(view=view)

    def _filters(self) -> list[str]:
        return [name for name in self.fields if name != "view" and self._is_on(name)]

    def _is_on(self, name: str) -> bool:
        return bool(self.data.get(name)) and name not in self.errors

    def _words(self, name: str) -> str:
        field, value = self.fields[name], self.data[name]
        if name == "object":
            model, _, key = value.partition(":")
            return f"{singular_of(model).capitalize()} {key}"
        if isinstance(field, forms.ChoiceField):
            value = dict(field.choices).get(value, value)  # type: ignore[arg-type]
        return f"{_LABELS[name]}: {value}"

    def _address(self, *, without: str = "", view: str = "") -> str:
        kept = {key: self.data[key] for key in self.fields if key != without and self._is_on(key)}
        return f"?{urlencode(kept | {'view': view} if view else kept)}"

    def _choose(self, name: str, anything: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", anything), *choices]
        field.error_messages["invalid_choice"] = "Choose one of the list."
