"""Knows which secrets a rotation is to hold: those of a filter, those ticked, or all somebody ever answered for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from audit.models import User
from contacts.models import Person
from inventory.models import Secret
from inventory.wanted import Wanted, chosen
from rotations.models import Rotation, RotationItem


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen secrets by name, and the first rotation with a day in which one of them is to do already."""

    secrets: Sequence[Secret]
    planned: Mapping[int, Rotation]

    @property
    def digest(self) -> str:
        """A text that is another one as soon as other secrets are chosen."""
        return hashlib.sha256(",".join(str(secret.pk) for secret in self.secrets).encode()).hexdigest()[:24]


def by_filter(wanted: Wanted, *, user: User, today: date) -> Choice:
    """Return the secrets in use that `wanted` asks for; three queries."""
    return _choice(chosen(wanted, today=today).exclude(status="retired"), user)


def by_keys(keys: set[int], *, user: User) -> Choice:
    """Return the secrets in use with these keys; three queries."""
    return _choice(Secret.objects.in_use().filter(pk__in=keys), user)


def ever_owned_by(person: Person, *, user: User) -> Choice:
    """Return the secrets in use that `person` owns or backs up, or once did: those whose values they may know."""
    versions = Secret.history.filter(Q(owner=person.pk) | Q(backup_owner=person.pk), id=OuterRef("pk"))
    return _choice(Secret.objects.in_use().filter(Exists(versions)), user)


def _choice(found: object, user: User) -> Choice:
    visible = Secret.objects.visible_to(user).filter(pk__in=found.values("pk"))  # type: ignore[attr-defined]
    secrets = list(visible.select_related("owner", "type", "environment").order_by("name"))
    planned = RotationItem.objects.filter(secret__in=visible.values("pk")).planned_first()
    return Choice(secrets, {key: item.rotation for key, item in planned.items()})
