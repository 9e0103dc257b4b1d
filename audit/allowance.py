"""Knows when a text that only resembles a value may stay: security says in which fields, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from audit.guard import Refusal

# Stands in the reason of a change set, and nowhere else: nobody can write it into a reason themselves.
MARK = "Allowed although it looks like a value, in "


@dataclass(frozen=True, slots=True)
class Allowance:
    """Why texts that only resemble a value are none.

    `fields` are named like "inventory.secret.purpose"; without any, those count that are met before the act's first
    write, because the change set tells of them and is never changed afterwards.
    """

    why: str
    fields: frozenset[str] = frozenset()

    def covers(self, refusal: Refusal, field: str) -> bool:
        """Return whether a text of `field` may stay; never one whose format is known."""
        return refusal.kind == "heuristic" and (not self.fields or field in self.fields)

    def told(self, reason: str, fields: Iterable[str]) -> str:
        """Return the reason of a change set that tells of the allowance, where it was made use of."""
        words = ", ".join(sorted(fields))
        end = "" if reason.endswith((".", "!", "?")) else "."
        return f"{reason}{end} {MARK}{words}: {self.why}" if words else reason


def fields_told(reason: str) -> frozenset[str]:
    """Return the fields in which the change set with this reason allowed texts, as `Allowance` names them."""
    _, mark, rest = reason.rpartition(MARK)
    return frozenset(rest.partition(":")[0].split(", ")) if mark else frozenset()


def is_field(name: str) -> bool:
    """Return whether `name`, such as "inventory.secret.purpose", is a field of a model."""
    model, _, field = name.rpartition(".")
    try:
        apps.get_model(model)._meta.get_field(field)
    except (LookupError, ValueError, FieldDoesNotExist):
        return False
    return True
