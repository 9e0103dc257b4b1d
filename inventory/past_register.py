"""Knows the list of secrets as it was at the end of a day, with the names, types and people of that day.

It answers what `counts`, `filters` and `listing` answer of the present, from rows that were put together from history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from audit.past import Past
from contacts.models import Person, Team
from inventory import listing
from inventory.counts import Overview, overview_of
from inventory.filters import Choices, choices_of
from inventory.listing import AFTER, ALL, BEFORE, Group, Page
from inventory.models import Consumer, Environment, Secret, SecretType, Service
from inventory.wanted import NOBODY, Wanted


class PastRegister:
    """The secrets of a past day; every model is read once, and nothing of the present is."""

    def __init__(self, past: Past) -> None:
        self.past = past
        self.today = past.day

    @cached_property
    def secrets(self) -> Sequence[Secret]:
        """All secrets of that day, retired ones too."""
        return list(self.past.rows(Secret).values())

    @cached_property
    def environments(self) -> Sequence[Environment]:
        """The environments in the order of pages."""
        return sorted(self.past.rows(Environment).values(), key=lambda place: (place.position, place.code))

    def secret(self, environment: str, service: str, credential_type: str) -> Secret | None:
        """Return the secret of this name, None where there was none."""
        named = {"environment_id": environment, "service_id": service, "credential_type": credential_type}
        return next(iter(self.past.some(Secret, **named)), None)

    def consumers(self, secret: Secret) -> list[Consumer]:
        """Return what took the value of `secret`, by name."""
        return sorted(
            self.past.some(Consumer, apart=("secret",), secret_id=secret.pk), key=lambda consumer: consumer.name
        )

    def choices(self) -> dict[str, Choices]:
        """Return what the filters can choose."""
        return choices_of(
            places=self.environments,
            services=sorted(service.code for service in self.past.rows(Service).values()),
            types=sorted(self.past.rows(SecretType).values(), key=lambda kind: (kind.position, kind.name)),
            people=sorted(self.past.rows(Person).values(), key=lambda one: (not one.is_active, one.name, one.pk)),
            teams=sorted(self.past.rows(Team).values(), key=lambda team: (team.name, team.pk)),
        )

    def overview(self) -> Overview:
        """Return the numbers of the whole register."""
        return overview_of(Counter(word for secret in self.secrets for word in self._counted(secret)))

    def by_environment(self, wanted: Wanted) -> dict[str, int]:
        """Return how many secrets are wanted, by the code of their environment."""
        return dict(Counter(secret.environment_id for secret in self._chosen(wanted)))

    def in_order(self, wanted: Wanted) -> list[Secret]:
        """Return all secrets that are wanted, by environment and then in the wanted order."""
        sort = wanted.sort if wanted.sort.removeprefix("-") in _KEYS else "next"
        key, place = _KEYS[sort.removeprefix("-")], {one.code: at for at, one in enumerate(self.environments)}
        rows = sorted(self._chosen(wanted), key=lambda row: (key(row), row.pk), reverse=sort.startswith("-"))
        return sorted(rows, key=lambda row: place[row.environment_id])

    def page_of(self, wanted: Wanted, *, at: str = "") -> Page:
        """Return the page at `at`, a word that another page gave, or ALL; the first one where it is unknown."""
        rows = self.in_order(wanted)
        start, end = _cut_out([row.pk for row in rows], at)
        shown = rows[start:end]
        totals = Counter(row.environment_id for row in rows)
        parts = [
            (place, [row for row in shown if row.environment_id == place.code], totals[place.code])
            for place in self.environments
        ]
        return Page(
            [Group(*part) for part in parts if part[1]],
            len(rows),
            previous=f"{BEFORE}{shown[0].pk}" if start > 0 else "",
            next=f"{AFTER}{shown[-1].pk}" if end < len(rows) else "",
        )

    def _chosen(self, wanted: Wanted) -> list[Secret]:
        words = [word.lower() for word in wanted.q.replace("/", " ").split()]
        return [row for row in self.secrets if _fits(row, wanted, self.today) and _says(row, words)]

    def _counted(self, secret: Secret) -> Iterator[str]:
        standing = secret.standing(self.today)
        if standing is None:
            yield "retired"
            return
        yield from ("in_use", standing.value)
        if secret.needs_owner:
            yield "no_owner"
        if _needs_backup(secret):
            yield "no_backup"


# What an order compares, as `listing.SORTS` in the database.
_KEYS: dict[str, Any] = {
    "next": lambda secret: secret.urgent_on,
    "name": lambda secret: secret.name,
    "owner": lambda secret: secret.owner.name if secret.owner else "",
    "type": lambda secret: secret.type.label if secret.type else "",
    "last": lambda secret: secret.last_rotated_on or date.min,
}


def _fits(secret: Secret, wanted: Wanted, today: date) -> bool:
    """Return whether `secret` fulfils every filter but the text."""
    team = secret.effective_team
    equal = {
        "environment": secret.environment_id,
        "service": secret.service_id,
        "type": str(secret.type_id),
        "team": str(team.pk) if team is not None else "",
        "standing": secret.standing(today) or "",
    }
    if any(wished and value != wished for name, value in equal.items() if (wished := getattr(wanted, name))):
        return False
    if secret.status != wanted.status if wanted.status else secret.is_retired:
        return False
    if wanted.owner and not (secret.needs_owner if wanted.owner == NOBODY else str(secret.owner_id) == wanted.owner):
        return False
    backup = wanted.backup_owner
    return not backup or (_needs_backup(secret) if backup == NOBODY else str(secret.backup_owner_id) == backup)


def _says(secret: Secret, words: Sequence[str]) -> bool:
    """Return whether each of `words` stands in the name, the service, the owners or the team."""
    if not words:
        return True
    owner, team = secret.owner, secret.effective_team
    names = [secret.name, secret.service.name, team.name if team is not None else ""]
    names += [person.name for person in (owner, secret.backup_owner) if person is not None]
    handle = owner.slack_handle.lower() if owner is not None else ""
    text = "\n".join(names).lower()
    return all((word.removeprefix("@") or word) in handle or (word.removeprefix("@") or word) in text for word in words)


def _needs_backup(secret: Secret) -> bool:
    backup = secret.backup_owner
    return not secret.is_retired and (backup is None or not backup.is_active)


def _cut_out(keys: Sequence[int], at: str) -> tuple[int, int]:
    """Return where the page begins and ends among `keys`."""
    if at == ALL:
        return 0, min(len(keys), listing.MOST_ON_ONE)
    number = at.removeprefix(AFTER).removeprefix(BEFORE)
    place = next((place for place, key in enumerate(keys) if str(key) == number), None) if number != at else None
    start = 0
    if place is not None and at.startswith(AFTER):
        start = place + 1
    elif place is not None:
        return max(0, place - listing.PER_PAGE), place
    start = start if start < len(keys) else 0
    return start, min(len(keys), start + listing.PER_PAGE)
