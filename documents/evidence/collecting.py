"""Knows what every part of a pack stands on: the register of the day, its secrets, and the entries of the period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from audit.past import Past, end_of
from documents.evidence.wish import Wish
from inventory.models import Environment, Secret

# Kinds of rows whose words begin with the name of a secret.
NAMED_BY_SECRET = ("inventory.secret", "rotations.rotationitem")


@dataclass(frozen=True, slots=True)
class Line:
    """One changed row of the period, with the change set that it belongs to, in the words of its day."""

    change_set: int
    at: datetime
    actor: str
    source: str
    reason: str
    model: str
    object_text: str
    change_type: str
    fields: Sequence[Mapping[str, str]]


_COLUMNS = (
    *("change_set_id", "change_set__at", "change_set__actor_name", "change_set__source", "change_set__reason"),
    *("model", "object_text", "change_type", "fields"),
)


class Ground:
    """The register at the end of a day and what was entered in a period; everything is read once."""

    def __init__(self, wish: Wish, *, cut: int | None = None, at: datetime | None = None) -> None:
        """Choose what is wished for; of a pack that was made before, `cut` and `at` are those of then."""
        self.wish = wish
        self.past = Past(wish.as_of, cut=cut)
        self.until = min(self.past.moment, at) if at is not None else self.past.moment

    @cached_property
    def everything(self) -> Sequence[Secret]:
        """All secrets of that day, by name."""
        return sorted(self.past.rows(Secret).values(), key=lambda secret: secret.name)

    @cached_property
    def secrets(self) -> Sequence[Secret]:
        """The secrets that are asked for, by name."""
        place = self.wish.environment
        return [secret for secret in self.everything if not place or secret.environment_id == place]

    @cached_property
    def lines(self) -> Sequence[Line]:
        """The changed rows of the period in the whole register, in the order of writing."""
        start, end = end_of(self.wish.first_on - timedelta(days=1)), end_of(self.wish.last_on)
        rows = self.past.entries().filter(change_set__at__gte=start, change_set__at__lt=end).order_by("pk")
        return [Line(*values) for values in rows.values_list(*_COLUMNS)]

    def is_asked_for(self, line: Line) -> bool:
        """Return whether `line` is about a secret that is asked for, or nothing narrows what is."""
        place = self.wish.environment
        return not place or (line.model in NAMED_BY_SECRET and line.object_text.startswith(f"{place}/"))

    def versions(self, *columns: str) -> Mapping[int, Sequence[tuple[Any, ...]]]:
        """Return `columns` of every version of the secrets that are asked for, in the order of writing, by key."""
        rows = self.past.versions(Secret)
        rows = rows.filter(environment_id=self.wish.environment) if self.wish.environment else rows
        found: dict[int, list[tuple[Any, ...]]] = {}
        for key, *values in rows.values_list("id", *columns):
            found.setdefault(key, []).append(tuple(values))
        return found

    @property
    def filter_words(self) -> str:
        """What is asked for, in words."""
        code = self.wish.environment
        named = next((row.name for row in self.past.rows(Environment).values() if row.code == code), code)
        place = f"Environment: {named}" if code else "No filter"
        return f"{place}, phone numbers {'included' if self.wish.with_phones else 'left out'}"
