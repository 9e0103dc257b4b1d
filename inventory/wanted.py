"""Knows what somebody wants to see of the register, and which secrets that is. Reads no request and no clock."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Self

from django.db.models import Q
from django.utils.http import urlencode

from inventory.models import Secret
from inventory.querysets import SecretQuerySet

NOBODY = "none"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted, as it stands in the address of a list; "" is no restriction.

    Environment and service are codes, type and team keys; owner and backup owner are keys or NOBODY.
    Without a status, retired secrets are left out. `as_of` is a past day in ISO form, "" for the present.
    """

    q: str = ""
    environment: str = ""
    service: str = ""
    type: str = ""
    owner: str = ""
    backup_owner: str = ""
    team: str = ""
    standing: str = ""
    status: str = ""
    sort: str = ""
    as_of: str = ""

    @property
    def query(self) -> str:
        """The query string that asks for this, with its question mark; "" where nothing is asked."""
        asked = {field.name: value for field in fields(self) if (value := getattr(self, field.name))}
        return f"?{urlencode(asked)}" if asked else ""

    @property
    def is_restricted(self) -> bool:
        """Whether anything is asked but an order and a day."""
        return replace(self, sort="", as_of="") != Wanted()

    def but(self, **changes: str) -> Self:
        """Return the same with `changes`."""
        return replace(self, **changes)


def chosen(wanted: Wanted, *, today: date) -> SecretQuerySet:
    """Return the secrets that are wanted, in no order."""
    found: SecretQuerySet = Secret.objects.all()
    found = found.filter(status=wanted.status) if wanted.status else found.in_use()
    found = found.filter(**_equals(wanted))
    if wanted.owner == NOBODY:
        found = found.without_owner()
    if wanted.backup_owner == NOBODY:
        found = found.without_backup_owner()
    if wanted.team:
        found = found.filter(Q(team=wanted.team) | Q(team__isnull=True, type__responsible_team=wanted.team))
    if wanted.standing:
        found = found.with_standing(wanted.standing, today)
    return found.filter(matching(wanted.q))


def matching(text: str) -> Q:
    """Return the condition that every word of `text` stands in the name, the service, the owners or the team.

    Slashes part words as spaces do: "stripe/sec", "stripe sec" and "PROD/Stripe" find prod/stripe/secret_key.
    """
    condition = Q()
    for word in text.replace("/", " ").split():
        person = word.removeprefix("@") or word
        condition &= (
            Q(name__icontains=word)
            | Q(service__name__icontains=word)
            | Q(owner__name__icontains=word)
            | Q(owner__slack_handle__icontains=person)
            | Q(backup_owner__name__icontains=word)
            | Q(team__name__icontains=word)
            | Q(team__isnull=True, type__responsible_team__name__icontains=word)
        )
    return condition


def _equals(wanted: Wanted) -> dict[str, Any]:
    named = {name: getattr(wanted, name) for name in ("environment", "service", "type", "owner", "backup_owner")}
    return {f"{name}_id": value for name, value in named.items() if value and value != NOBODY}
