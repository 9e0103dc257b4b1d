"""Knows whom a document means: by Slack handle, else by a name that only one person has."""

from __future__ import annotations

from dataclasses import dataclass, field

from contacts.models import Person, Team
from documents.importing.sheet import Sheet
from documents.markdown.facts import Who
from documents.register import Register


class UnclearError(ValueError):
    """A row means nobody or more than one; the message says what to write instead."""


@dataclass(slots=True)
class Match:
    """How one way of naming a person was understood, and in which lines."""

    who: Who
    person: Person
    how: str
    lines: list[int] = field(default_factory=list)


class People:
    """The people of the register and those the document adds."""

    def __init__(self, register: Register, sheet: Sheet) -> None:
        self.sheet = sheet
        self.matches: dict[Who, Match] = {}
        self._by_handle = {person.slack_handle.lower(): person for person in register.people if person.slack_handle}
        self._by_name: dict[str, list[Person]] = {}
        for person in register.people:
            self._by_name.setdefault(person.name, []).append(person)

    def find(self, who: Who, line: int) -> Person:
        """Return the person, adding one nobody knows yet; raises UnclearError where nobody should guess."""
        match = self.matches.get(who)
        if match is None:
            match = self._match(who, line)
            self.matches[who] = match
        match.lines.append(line)
        return match.person

    def _match(self, who: Who, line: int) -> Match:
        person = self._by_handle.get(who.handle.lower()) if who.handle else None
        how = "by Slack handle"
        if person is None:
            person, how = self._by_the_name(who, line)
        elif who.name and who.name != person.name:
            self.sheet.findings.note(line, f"@{who.handle} is {person.name} in the register; the name stays.")
        if not person.is_active:
            raise UnclearError(f"{person.name} is no longer active. Name somebody who is.")
        return Match(who, person, how)

    def _by_the_name(self, who: Who, line: int) -> tuple[Person, str]:
        if not who.name:
            raise UnclearError(f"@{who.handle} is nobody the register knows. Add the name.")
        named = self._by_name.get(who.name, [])
        if who.handle:
            named = [person for person in named if not person.slack_handle]
        if len(named) > 1:
            raise UnclearError(f"{len(named)} people are called {who.name}. Add the Slack handle.")
        if not named:
            return self._added(who, line), "new"
        if who.handle:
            self.sheet.put(named[0], "slack_handle", who.handle, line)
            self._by_handle[who.handle.lower()] = named[0]
        return named[0], "by name"

    def _added(self, who: Who, line: int) -> Person:
        for name, value in (("name", who.name), ("slack_handle", who.handle)):
            if not self.sheet.accepts(Person, name, value, line):
                raise UnclearError("This person cannot be added as they are written here.")
        if "," in who.name or " & " in who.name:
            self.sheet.findings.note(line, f"“{who.name}” is taken as the name of one person.")
        person = Person(name=who.name, slack_handle=who.handle)
        self.sheet.add(person, line)
        self._by_name.setdefault(who.name, []).append(person)
        if who.handle:
            self._by_handle[who.handle.lower()] = person
        return person


class Teams:
    """The teams of the register and those the document adds."""

    def __init__(self, register: Register, sheet: Sheet) -> None:
        self.sheet = sheet
        self._by_name = {team.name.lower(): team for team in register.teams}

    def known(self, name: str) -> Team | None:
        """Return the team of this name."""
        return self._by_name.get(name.lower())

    def find(self, name: str, line: int) -> Team | None:
        """Return the team, adding it where there is none; None where its name cannot be taken."""
        team = self.known(name)
        if team is None and self.sheet.accepts(Team, "name", name, line):
            team = Team(name=name)
            self.sheet.add(team, line)
            self._by_name[name.lower()] = team
        return team
