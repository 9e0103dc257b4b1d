"""Knows how many secrets there are of what; counted once for every state of the register, not for every page."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q, Subquery

from audit.models import ChangeRow, ChangeSet
from contacts.models import Person
from inventory.models import Secret
from inventory.policy import standing
from inventory.wanted import Wanted, chosen

Counted = TypeVar("Counted")
RECENT = 200
KEPT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Overview:
    """The numbers of secrets in use by what is to be done about them, and of the retired ones."""

    in_use: int
    rotate_now: int
    overdue: int
    due_soon: int
    no_date: int
    no_owner: int
    no_backup: int
    retired: int
    on_schedule: int


class Numbers(Protocol):
    """What can say how many secrets there are of what."""

    def overview(self) -> Overview:
        """Return the numbers of the whole register."""

    def by_environment(self, wanted: Wanted) -> dict[str, int]:
        """Return how many secrets are wanted, by the code of their environment."""


class Counts:
    """The numbers as they are while one page is made."""

    def __init__(self, today: date, *, of: str = "the present") -> None:
        self.today = today
        self._of = of
        self._state = ""

    def overview(self) -> Overview:
        """Return the numbers of the whole register."""
        return self.remembered("overview", lambda: _overview(self.today))

    def by_environment(self, wanted: Wanted) -> dict[str, int]:
        """Return how many secrets are wanted, by the code of their environment; those without any are left out."""
        same = wanted.but(sort="")
        return self.remembered(repr(same), lambda: _by_environment(same, self.today))

    def remembered(self, what: str, count: Callable[[], Counted]) -> Counted:
        """Return what `count` returns in this state of the register and on this day; no query where it is known."""
        self._state = self._state or repr((self._of, self.today, _recent()))
        key = f"counts:{hashlib.sha256((what + self._state).encode()).hexdigest()}"
        found: Counted | None = cache.get(key)
        if found is None:
            found = count()
            cache.set(key, found, KEPT_SECONDS)
        return found


def overview(*, today: date) -> Overview:
    """Return the numbers of the whole register."""
    return Counts(today).overview()


def overview_of(found: Mapping[str, int]) -> Overview:
    """Return the numbers by their names; what was not found is 0."""
    return Overview(**{field.name: found.get(field.name, 0) for field in fields(Overview)})


def _recent() -> list[tuple[UUID, int | None]]:
    """Return the last acts and the last row of the change log: nothing that is shown changes without them.

    There are many acts because they are numbered before they are committed: one that takes long, such as an import,
    appears among others that began after it.
    """
    last_row = ChangeRow.objects.order_by("-pk").values("pk")[:1]
    acts = ChangeSet.objects.order_by("-pk").annotate(last_row=Subquery(last_row))
    return list(acts.values_list("identity", "last_row")[:RECENT])


def _overview(today: date) -> Overview:
    """Count groups of secrets that stand alike in one query, which reads an index and no rows."""
    left = Person.objects.filter(is_active=False).values("pk")
    rows = Secret.objects.order_by().values("environment_id", "status", "next_rotation_on", "waived_until")
    found: Counter[str] = Counter()
    for row in rows.annotate(
        count=Count("pk"),
        no_owner=Count("pk", filter=Q(owner=None) | Q(owner__in=left)),
        no_backup=Count("pk", filter=Q(backup_owner=None) | Q(backup_owner__in=left)),
    ):
        found.update(_counted(row, today))
    return overview_of(found)


def _counted(row: Mapping[str, Any], today: date) -> Mapping[str, int]:
    """Return what a group of secrets counts as, and how many of them."""
    if row["status"] == Secret.Status.RETIRED:
        return {"retired": row["count"]}
    stands = standing(
        next_rotation_on=row["next_rotation_on"],
        today=today,
        compromised=row["status"] == Secret.Status.COMPROMISED,
        waived_until=row["waived_until"],
    )
    gaps = {name: row[name] for name in ("no_owner", "no_backup")}
    return {"in_use": row["count"], stands.value: row["count"], **gaps}


def _by_environment(wanted: Wanted, today: date) -> dict[str, int]:
    rows = chosen(wanted, today=today).order_by().values_list("environment_id")
    return dict(rows.annotate(count=Count("pk")))
