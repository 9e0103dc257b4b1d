"""Knows what somebody says when secrets are handed over."""

from __future__ import annotations

from typing import Any

from django import forms

from audit.forms import GuardedForm
from contacts.models import Person
from inventory.ownership import KEEP

_KEEP, _NOBODY = "keep", "nobody"


class ChangeOwnerForm(GuardedForm):
    """Who is to own secrets from now on, who takes over, and why."""

    owner = forms.ChoiceField(initial=_KEEP)
    backup_owner = forms.ChoiceField(initial=_KEEP)
    reason = forms.CharField(
        max_length=300,
        help_text="For example: Wen moves to the data team. It stands in the history of every secret.",
        error_messages={"required": "Say why."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(person.pk): person for person in Person.objects.active().order_by("name", "pk")}
        people = [(key, _label(person)) for key, person in self._people.items()]
        for name, nobody in (("owner", "No owner"), ("backup_owner", "No backup owner")):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101
            field.choices = [(_KEEP, "As it is"), *people, (_NOBODY, nobody)]
            field.error_messages["invalid_choice"] = "Choose one of the list."

    def clean(self) -> dict[str, Any]:
        """Refuse a form that changes nothing, and one person in both places."""
        read: dict[str, Any] = super().clean() or {}
        owner, backup_owner = read.get("owner"), read.get("backup_owner")
        if owner == backup_owner == _KEEP:
            self.add_error("owner", "Choose a new owner, a new backup owner, or both.")
        if owner is not None and owner == backup_owner and owner in self._people:
            self.add_error("backup_owner", "Owner and backup owner must be two different people.")
        return read

    def person(self, name: str) -> Person | object | None:
        """Return who was chosen: a person, None for nobody, KEEP for no change or where nothing could be read."""
        chosen = getattr(self, "cleaned_data", {}).get(name, _KEEP)
        return {_KEEP: KEEP, _NOBODY: None}.get(chosen, self._people.get(chosen))


def _label(person: Person) -> str:
    return f"{person.name} (@{person.slack_handle})" if person.slack_handle else person.name
