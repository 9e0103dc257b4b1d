"""Knows how a row of a table becomes a secret. An empty cell changes nothing; rotations are recorded, not imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from import_export import fields, instance_loaders, resources
from tablib import Dataset

from inventory.csv_names import Names
from inventory.models import Secret
from inventory.querysets import SecretQuerySet

TEXTS = ("interval_reason", "waived_reason", "purpose", "opens", "store_path", "provider_url", "runbook_url")
_DATES = {
    "last_rotated_on": "Record the rotation instead, and leave this cell as it is or empty.",
    "next_rotation_on": "It follows from the last rotation and the interval: leave this cell as it is or empty.",
}
Row = Mapping[str, str]


class SecretResource(resources.ModelResource):
    """The rows of a table as secrets; `changes` holds what each of them changes, by name, as labels and words."""

    name = fields.Field(attribute="name", column_name="name")

    class Meta:
        model = Secret
        import_id_fields = ("name",)
        fields = ("name",)
        instance_loader_class = instance_loaders.CachedInstanceLoader
        clean_model_instances = True
        use_transactions = True
        skip_diff = True
        store_instance = True

    def __init__(self) -> None:
        super().__init__()
        self.changes: dict[str, list[tuple[str, str, str]]] = {}
        self._names = Names()
        self._seen: set[str] = set()

    def get_queryset(self) -> SecretQuerySet:
        return Secret.objects.with_people()

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        self.changes, self._seen = {}, set()

    def before_import_row(self, row: Row, **kwargs: Any) -> None:
        """Refuse a name that stood before."""
        if row["name"] in self._seen:
            raise ValidationError({"name": "This secret stands in the table twice."})
        self._seen.add(row["name"])

    def init_instance(self, row: Row | None = None) -> Secret:
        environment, service, credential_type = self._parts((row or {})["name"])
        known = self._names.environments.get(environment), self._names.services.get(service)
        if known[0] is None or known[1] is None:
            kind, code = ("environment", environment) if known[0] is None else ("service", service)
            raise ValidationError({"name": f"There is no {kind} {code}. Add it first."}, code="unknown")
        return Secret(environment=known[0], service=known[1], credential_type=credential_type)

    def import_instance(self, instance: Secret, row: Row, **kwargs: Any) -> None:
        """Set what the row says, and remember what it changes."""
        errors: dict[str, Any] = {}
        wanted: dict[str, Any] = {name: row[name] for name in TEXTS if row.get(name)}
        for name, read in self._readers(row).items():
            _collect(errors, name, partial(_read_into, wanted, name, read))
        stored = {name: str(getattr(instance, name) or "") for name in _DATES}
        errors |= {name: words for name, words in _DATES.items() if row.get(name, "") not in ("", stored[name])}
        if errors:
            raise ValidationError(errors)
        self._set(instance, wanted)

    def skip_row(self, instance: Secret, original: object, row: Row, import_validation_errors: Any = None) -> bool:
        return not (import_validation_errors or instance._state.adding or self.changes[str(instance)])

    def _set(self, instance: Secret, wanted: Mapping[str, Any]) -> None:
        changes = self.changes[str(instance)] = []
        for name, value in wanted.items():
            before = getattr(instance, name)
            if before != value:
                setattr(instance, name, value)
                label = str(Secret._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
                changes.append((label[:1].upper() + label[1:], str(before or ""), str(value)))

    def _readers(self, row: Row) -> dict[str, Callable[[], Any]]:
        """Return how to read each cell that is filled and is no plain text."""
        readers: dict[str, Callable[[], Any]] = {}
        for name in ("owner", "backup_owner"):
            who, handle = row.get(name, ""), row.get(f"{name}_slack", "")
            if who or handle:
                readers[name] = partial(self._names.person, who, handle)
        simple = {"type": self._names.type, "team": self._names.team, "status": _status}
        simple |= {"rotation_interval_days": _whole_number, "waived_until": _day}
        readers |= {name: partial(read, row[name]) for name, read in simple.items() if row.get(name)}
        return readers

    def _parts(self, name: str) -> list[str]:
        parts = name.split("/")
        if len(parts) != 3 or not all(parts):
            raise ValidationError({"name": "Write the name as environment/service/credential_type."}, code="name")
        return parts


def _collect(errors: dict[str, Any], name: str, act: Callable[[], Any]) -> None:
    try:
        act()
    except ValidationError as error:
        errors[name] = error


def _read_into(found: dict[str, Any], name: str, read: Callable[[], Any]) -> None:
    found[name] = read()


def _status(words: str) -> str:
    known = {word.lower(): value for value, label in Secret.Status.choices for word in (value, label)}
    if words.lower() not in known:
        raise ValidationError(f"Write one of {', '.join(Secret.Status.values)}.", code="status")
    return known[words.lower()]


def _whole_number(words: str) -> int:
    if not words.isascii() or not words.isdigit() or len(words) > 6:
        raise ValidationError("Write whole days, such as 90.", code="number")
    return int(words)


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise ValidationError("Write the date as 2026-07-14: year, month, day.", code="date") from error
