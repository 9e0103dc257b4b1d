"""Every address of the admin with rows that are there, and what the table of docs/permissions.md says of it."""

from __future__ import annotations

from django.apps import apps
from django.urls import NoReverseMatch, reverse

from tests.permissions.tables import table

# The kind of an address, and the verb that opens it.
VERBS = {
    "changelist": "see",
    "change": "see",
    "history": "see",
    "simple_history": "see",
    "add": "add",
    "delete": "remove",
}
MODELS = {
    f"admin:{label.lower().replace('.', '_')}_": (label, row) for row in table("Admin") for label in [row["Model"]]
}


def of_model(name: str) -> tuple[str, dict[str, str], str] | None:
    """Return the model of an address, its row of the table and the kind of the address; None for those of no model."""
    for prefix, (label, row) in MODELS.items():
        if name.startswith(prefix):
            return label, row, name.removeprefix(prefix)
    return None


def address(name: str) -> str | None:
    """Return the address of a page about a row that is there; None where the model has no row."""
    found = of_model(name)
    if found is None:
        return None
    row = apps.get_model(found[0])._base_manager.order_by("pk").first()
    for arguments in ([], [row.pk] if row else [], [row.pk, _version(row)] if row else []):
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:
            continue
    return None


def _version(row: object) -> int:
    history = getattr(row, "history", None)
    return history.order_by("history_id").values_list("pk", flat=True)[0] if history is not None else 1
