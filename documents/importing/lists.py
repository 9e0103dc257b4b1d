"""Takes from a document who is responsible and called: team assignments, contacts, escalation path, reminders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from contacts.models import EscalationStep, Team, TitledRole
from documents.importing.people import People, Teams, UnclearError
from documents.importing.sheet import Sheet, in_order
from documents.importing.types import Types
from documents.markdown.facts import ContactRow, Document, Kind, ReminderRow, Row, StepRow, TeamRow
from documents.markdown.words import plain_words
from documents.register import Register
from inventory.models import TeamAssignment
from rotations.models import ReminderOffset

_STEPS = {
    **dict.fromkeys(("primary owner", "owner", "secret owner", "the owner"), EscalationStep.Kind.OWNER),
    **dict.fromkeys(("backup owner", "backup", "secondary owner"), EscalationStep.Kind.BACKUP_OWNER),
    **dict.fromkeys(("team lead", "lead", "the team lead"), EscalationStep.Kind.TEAM_LEAD),
}
R = TypeVar("R")
LONG_BEFORE_DAYS = 15


class Lists:
    """Goes through the lists of a document that name no secrets."""

    def __init__(self, register: Register, sheet: Sheet, document: Document, baseline: Document) -> None:
        self.register, self.sheet = register, sheet
        self.document, self.baseline = document, baseline

    def take_teams(self, types: Types, teams: Teams) -> None:
        """Take the team assignments: a type's team, or a line of its own where the words mean no type."""
        known = {assignment.words.lower(): assignment for assignment in self.register.assignments}
        taken = {id(assignment.secret_type) for assignment in known.values() if assignment.secret_type is not None}
        told, named = self._told(Kind.TEAMS), []
        for row in self._rows(Kind.TEAMS, TeamRow):
            assignment = known.get(row.label.lower())
            if assignment is None and row not in told:
                assignment = self._assignment(row, types, taken)
                if assignment is not None:
                    known[row.label.lower()] = assignment
            if assignment is not None:
                named.append((assignment, row.line))
            if row not in told and assignment is not None and row.team:
                self._assign(assignment, teams.find(row.team, row.line), row.line)
        self._order(Kind.TEAMS, self.register.assignments, named)

    def take_contacts(self, people: People) -> None:
        """Take who has which title, and their phone numbers."""
        known = {role.title.lower(): role for role in self.register.roles}
        told, named = self._told(Kind.CONTACTS), []
        for row in self._rows(Kind.CONTACTS, ContactRow):
            role = known.get(row.label.lower())
            if role is None and row not in told and self.sheet.accepts(TitledRole, "title", row.label, row.line):
                role = known[row.label.lower()] = TitledRole(title=row.label)
                self.sheet.add(role, row.line)
            if role is not None:
                named.append((role, row.line))
                if row not in told:
                    self._contact(role, row, people)
        self._order(Kind.CONTACTS, [role for role in self.register.roles if role.is_primary_contact], named)

    def take_steps(self, teams: Teams) -> None:
        """Take the escalation path; a step is known by its words, the k-th of the same words by the k-th."""
        free, told = list(self.register.steps), self._told(Kind.ESCALATION)
        roles = [addition.row for addition in self.sheet.new(TitledRole)]
        titles = {role.title.lower(): role for role in [*self.register.roles, *roles] if isinstance(role, TitledRole)}
        named = []
        for row in self._rows(Kind.ESCALATION, StepRow):
            step = next((step for step in free if step.words.lower() == row.label.lower()), None)
            if step is not None:
                free.remove(step)
            elif row not in told:
                step = self._step(row, teams, titles)
            if step is not None:
                named.append((step, row.line))
        self._order(Kind.ESCALATION, self.register.steps, named)

    def take_reminders(self) -> None:
        """Take how many days before and after a rotation reminders stand."""
        free, told, named = list(self.register.reminders), self._told(Kind.REMINDERS), []
        taken = {offset.days_before for offset in free} - {None}
        for row in self._rows(Kind.REMINDERS, ReminderRow):
            offset = next((offset for offset in free if _same_reminder(offset, row)), None)
            if offset is not None:
                free.remove(offset)
            elif row not in told and self.sheet.accepts(ReminderOffset, "label", row.label, row.line):
                days = None if row.days in taken else row.days  # a day stands once; the second line is words only
                offset = ReminderOffset(kind=_reminder_kind(days), days_before=days, label=row.label)
                self.sheet.add(offset, row.line)
                taken.add(days)
            if offset is not None:
                named.append((offset, row.line))
                if row not in told:
                    self.sheet.put(offset, "label", row.label, row.line)
                    if row.words:
                        self.sheet.put(offset, "words", row.words, row.line)
        self._order(Kind.REMINDERS, self.register.reminders, named)

    def _order(self, kind: Kind, known: Sequence[Any], named: Sequence[tuple[Any, int]]) -> None:
        said, told = self.document.labels(kind), self.baseline.labels(kind)
        in_order(self.sheet, known, named, said=said, told=told)

    def _rows(self, kind: Kind, row_type: type[R]) -> Iterator[R]:
        return (row for _, row in self.document.rows(kind) if isinstance(row, row_type))

    def _told(self, kind: Kind) -> set[Row]:
        return {row for _, row in self.baseline.rows(kind)}

    def _assignment(self, row: TeamRow, types: Types, taken: set[int]) -> TeamAssignment | None:
        if not self.sheet.accepts(TeamAssignment, "words", row.label, row.line):
            return None
        kind = types.matching(row.label)
        if kind is not None and id(kind) in taken:
            kind = None
        if kind is None:
            self.sheet.findings.note(row.line, f"“{row.label}” is no type of its own; the line is kept with its team.")
        else:
            taken.add(id(kind))
        assignment = TeamAssignment(words=row.label, secret_type=kind)
        self.sheet.add(assignment, row.line)
        return assignment

    def _assign(self, assignment: TeamAssignment, team: Team | None, line: int) -> None:
        if team is not None and assignment.secret_type is not None:
            self.sheet.put(assignment.secret_type, "responsible_team", team, line)
        elif team is not None:
            self.sheet.put(assignment, "team", team, line)

    def _contact(self, role: TitledRole, row: ContactRow, people: People) -> None:
        self.sheet.put(role, "is_primary_contact", True, row.line)
        if not row.who:
            if row.phone:
                self.sheet.findings.note(row.line, f"{row.label}: a phone number of nobody is left out.")
            return
        try:
            person = people.find(row.who, row.line)
        except UnclearError as error:
            self.sheet.findings.problem(row.line, f"{row.label}: {error}")
            return
        self.sheet.put(role, "person", person, row.line)
        if row.phone:
            self.sheet.put(person, "phone", row.phone, row.line)

    def _step(self, row: StepRow, teams: Teams, titles: dict[str, TitledRole]) -> EscalationStep | None:
        words, line = row.label, row.line
        kind = _STEPS.get(plain_words(words))
        if kind is not None:
            step: EscalationStep | None = EscalationStep(kind=kind)
        elif words.lower() not in titles and (teams.known(words) or plain_words(words).split()[-1:] == ["team"]):
            team = teams.find(words, line)
            step = EscalationStep(kind=EscalationStep.Kind.TEAM, team=team) if team is not None else None
        else:
            role = titles.get(words.lower()) or self._title(words, line)
            step = EscalationStep(kind=EscalationStep.Kind.TITLED_ROLE, titled_role=role) if role is not None else None
            if role is not None:
                titles[words.lower()] = role
        if step is not None:
            self.sheet.add(step, line)
        return step

    def _title(self, words: str, line: int) -> TitledRole | None:
        if not self.sheet.accepts(TitledRole, "title", words, line):
            return None
        role = TitledRole(title=words, is_primary_contact=False)
        self.sheet.add(role, line)
        return role


def _same_reminder(offset: ReminderOffset, row: ReminderRow) -> bool:
    if row.days is None or offset.days_before is None:
        return row.days == offset.days_before and offset.label.lower() == row.label.lower()
    return offset.days_before == row.days


def _reminder_kind(days: int | None) -> str:
    if not days:
        return ReminderOffset.Kind.OTHER
    if days < 0:
        return ReminderOffset.Kind.CLEAN_UP
    return ReminderOffset.Kind.PLANNING if days >= LONG_BEFORE_DAYS else ReminderOffset.Kind.PREPARATION
