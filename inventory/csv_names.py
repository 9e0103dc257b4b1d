"""Knows whom and what the cells of a table mean: people, teams, types. What is unknown or ambiguous is an error."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from django.core.exceptions import ValidationError

from contacts.models import Person, Team
from inventory.models import Environment, SecretType, Service

Named = TypeVar("Named")


class Names:
    """The names that a table may use; five queries, whatever the table holds."""

    def __init__(self) -> None:
        self.environments = {place.code: place for place in Environment.objects.all()}
        self.services = {service.code: service for service in Service.objects.all()}
        self._teams = {team.name.lower(): team for team in Team.objects.all()}
        self._types = {name.lower(): kind for kind in SecretType.objects.all() for name in kind.names}
        people = list(Person.objects.active().order_by("pk"))
        self._by_handle = {person.slack_handle.lower(): person for person in people if person.slack_handle}
        self._by_name = _grouped(people)

    def team(self, words: str) -> Team:
        """Return the team of this name."""
        return _found(self._teams, words, "team")

    def type(self, words: str) -> SecretType:
        """Return the type that goes by these words."""
        return _found(self._types, words, "type")

    def person(self, name: str, handle: str) -> Person:
        """Return who has the Slack handle, else the one person of the name."""
        handle = handle.removeprefix("@").lower()
        if handle:
            return _found(self._by_handle, handle, "active person with the Slack handle", shown=f"@{handle}")
        people = self._by_name.get(name.lower(), [])
        if len(people) > 1:
            raise ValidationError(f"Several people are called {name}. Add the Slack handle.", code="ambiguous")
        return _found({name.lower(): person for person in people}, name, "active person called")


def _grouped(people: Iterable[Person]) -> Mapping[str, list[Person]]:
    found: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        found[person.name.lower()].append(person)
    return found


def _found(known: Mapping[str, Named], words: str, kind: str, shown: str = "") -> Named:
    found = known.get(words.lower())
    if found is None:
        raise ValidationError(f"There is no {kind} {shown or words}. Add it first.", code="unknown")
    return found
