"""Knows what a search finds: secrets, people and teams. Refuses text that looks like a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit.guard import Refusal, check_text
from audit.models import User
from contacts.models import Person, Team
from inventory.models import Secret
from inventory.wanted import matching

MOST = 50


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; `secret_count` counts those that are not listed too."""

    secrets: Sequence[Secret] = ()
    secret_count: int = 0
    people: Sequence[Person] = ()
    teams: Sequence[Team] = ()
    refusal: Refusal | None = None

    @property
    def count(self) -> int:
        """How many things were found."""
        return self.secret_count + len(self.people) + len(self.teams)

    @property
    def only(self) -> Secret | Person | Team | None:
        """The one thing that was found, None where there are several or nothing."""
        found: list[Secret | Person | Team] = [*self.secrets, *self.people, *self.teams]
        return found[0] if self.count == 1 and self.refusal is None else None


def find(text: str, *, user: User) -> Found:
    """Return what `user` may see of what `text` finds; at most five queries.

    The exact name of a secret, in any case, finds that secret alone. Text that looks like a value is not searched
    for: it finds the secrets of the service whose values look so, where the register knows one.
    """
    words = text.strip().strip("/")
    if not words:
        return Found()
    known = Secret.objects.visible_to(user).select_related("type", "owner", "backup_owner")
    refusal = check_text(words)
    if refusal is not None:
        likely = list(known.in_use().filter(service__code__in=refusal.rule.split("-")).order_by("name")[:MOST])
        return Found(likely, len(likely), refusal=refusal)
    exact = known.filter(name=words.lower()).first()
    if exact is not None:
        return Found([exact], 1)
    matched = known.in_use().filter(matching(words)).order_by("urgent_on", "pk")
    secrets = list(matched[: MOST + 1])
    return Found(
        secrets[:MOST],
        matched.count() if len(secrets) > MOST else len(secrets),
        _people(words, user),
        _teams(words, user),
    )


def _people(words: str, user: User) -> list[Person]:
    known = Person.objects.visible_to(user).select_related("team")
    return list(known.named_like(words).order_by("-is_active", "name", "pk")[:MOST])


def _teams(words: str, user: User) -> list[Team]:
    known = Team.objects.visible_to(user).select_related("lead")
    return list(known.filter(name__icontains=words).order_by("name", "pk")[:MOST])
