"""Turns the register into the living document: its own sections in their order, filled with what is known today."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

from contacts.models import Person
from documents import outline
from documents.markdown import inline
from documents.markdown.blocks import lines_of, prose_between
from documents.markdown.facts import (
    CodeRow,
    ContactRow,
    Kind,
    Part,
    ReminderRow,
    RotationRow,
    Row,
    SecretRow,
    StepRow,
    TeamRow,
    TypeRow,
    Who,
)
from documents.markdown.lists import days_in
from documents.markdown.writer import write
from documents.models import DocumentSection
from documents.outline import Written
from documents.register import Register, load
from documents.rotation_words import environment_of, in_table, status_of, words_of
from inventory.models import Secret, SecretType
from rotations.models import ReminderOffset, Rotation


def document() -> str:
    """Return the whole document as Markdown; a fixed number of queries."""
    return as_markdown(parts_of(load()))


def as_markdown(parts: Sequence[Written]) -> str:
    """Return the parts as Markdown."""
    return write([written.part for written in parts])


def parts_of(register: Register, *, only: Container[str] | None = None) -> list[Written]:
    """Return the document in parts: the kept sections, and behind its like whatever has no section yet.

    `only` are the names of the secrets whose rows are wanted, None means all of them.
    """
    kept = [Written(_part_of(section), section) for section in register.sections]
    if not kept:
        kept = [Written(part) for part in outline.opening()]
    parts = outline.completed(kept, _wanted(register, kept))
    filled = _Rows(register, parts, only)
    return [replace(written, part=replace(written.part, rows=filled.of(written))) for written in parts]


def secret_row(secret: Secret) -> SecretRow:
    """Return the row of an inventory table."""
    return SecretRow(
        name=str(secret),
        owner=who(secret.owner),
        backup_owner=who(secret.backup_owner),
        type=secret.type.label if secret.type is not None else "",
        last_on=secret.last_rotated_on,
        next_on=secret.next_rotation_on,
        status=str(secret.get_status_display()),
    )


def type_row(kind: SecretType, label: str) -> TypeRow:
    """Return what a type's section says."""
    days = kind.rotation_interval_days
    return TypeRow(label, f"Every {days} days" if days else "", kind.responsible_party, kind.provider, kind.format)


def who(person: Person | None) -> Who:
    """Return how a document names a person."""
    return Who(person.name, person.slack_handle) if person is not None else Who()


def team_rows(register: Register) -> list[TeamRow]:
    """Return the team assignments, then the types that have a team and no line of their own."""
    rows = []
    for assignment in register.assignments:
        kind = assignment.secret_type
        team = kind.responsible_team if kind is not None else assignment.team
        rows.append(TeamRow(assignment.words, team.name if team is not None else ""))
    told = {row.label.lower() for row in rows}
    told_types = {assignment.secret_type_id for assignment in register.assignments}
    return rows + [
        TeamRow(kind.name, kind.responsible_team.name)
        for kind in register.types
        if kind.responsible_team is not None and kind.pk not in told_types and kind.name.lower() not in told
    ]


def contact_rows(register: Register) -> list[ContactRow]:
    """Return the titled roles that are primary contacts."""
    return [
        ContactRow(role.title, who(role.person), role.person.phone if role.person is not None else "")
        for role in register.roles
        if role.is_primary_contact
    ]


def reminder_row(offset: ReminderOffset) -> ReminderRow:
    """Return the line of a reminder; its label says the days that hold."""
    days, label = offset.days_before, offset.label
    if days is not None and days_in(label) != days:
        label = f"{days}-day reminder" if days >= 0 else f"{-days} days after the rotation"
    return ReminderRow(label, days, offset.words)


def rotation_rows(register: Register, table: str) -> list[RotationRow]:
    """Return the rows of one table of rotations, in its order."""
    names: dict[str, int] = {}
    for person in register.people:
        names[person.name] = names.get(person.name, 0) + 1
    return [_rotation_row(one, register, names) for one in in_table(register.rotations, table)]


def _rotation_row(rotation: Rotation, register: Register, names: dict[str, int]) -> RotationRow:
    items = register.items.get(rotation.pk, [])
    owner = who(rotation.owner)
    return RotationRow(
        on=rotation.on,
        environment=environment_of(rotation, items),
        owner=owner if names.get(owner.name, 0) > 1 else Who(owner.name),
        secrets=words_of(rotation, items),
        status=status_of(rotation),
        notes=rotation.notes,
    )


def _part_of(section: DocumentSection) -> Part:
    return Part(
        kind=Kind(section.kind),
        level=section.level,
        heading=section.heading,
        body=prose_between(lines_of(section.body), 1, section.body.count("\n") + 2),
        is_tight=section.is_tight,
        environment=section.environment_id or "",
    )


def _wanted(register: Register, kept: Sequence[Written]) -> list[Written]:
    """Return the parts for what the kept ones have no place for."""
    parts = [written.part for written in kept]
    places = {part.environment for part in parts if part.kind == Kind.INVENTORY}
    told = {written.section.secret_type_id for written in kept if written.section is not None}
    used = {secret.environment_id for secret in register.secrets}
    wanted = [
        Written(Part(Kind.INVENTORY, heading=inline.heading(f"{place.name} Secrets"), environment=place.code))
        for place in register.environments
        if place.code in used and place.code not in places and "" not in places
    ]
    wanted += [
        Written(Part(Kind.TYPE, heading=inline.heading(kind.name)), DocumentSection(secret_type=kind))
        for kind in register.types
        if kind.pk not in told
    ]
    present = {part.kind for part in parts}
    rows = _Rows(register, [])
    missing = [kind for kind in outline.HEADINGS if kind not in present and _says_something(rows.of_kind(kind))]
    return wanted + [Written(Part(kind, heading=outline.HEADINGS[kind])) for kind in missing]


def _says_something(rows: Sequence[Row]) -> bool:
    """Return whether rows are worth a section; reminders as every register begins with them are not."""
    return any(not isinstance(row, ReminderRow) or row.words for row in rows)


class _Rows:
    """The rows of each part; those of a kind stand in the first part of that kind."""

    def __init__(self, register: Register, parts: Sequence[Written], only: Container[str] | None = None) -> None:
        self.register, self.only = register, only
        self.own_places = {written.part.environment for written in parts} - {""}
        self.given: set[tuple[Kind, str]] = set()

    def of(self, written: Written) -> tuple[Row, ...]:
        part = written.part
        if part.kind == Kind.PROSE:
            return ()
        if part.kind == Kind.TYPE:
            kind = written.section.secret_type if written.section is not None else None
            return (type_row(kind, inline.read(part.heading).plain),) if kind is not None else ()
        key = (part.kind, part.environment)
        if key in self.given:
            return ()
        self.given.add(key)
        return tuple(self._secrets(part.environment) if part.kind == Kind.INVENTORY else self.of_kind(part.kind))

    def of_kind(self, kind: Kind) -> Sequence[Row]:
        """Return the rows of a kind that stands in the document once."""
        register = self.register
        match kind:
            case Kind.UPCOMING | Kind.HISTORY:
                return rotation_rows(register, kind)
            case Kind.TEAMS:
                return team_rows(register)
            case Kind.REMINDERS:
                return [reminder_row(offset) for offset in register.reminders]
            case Kind.CONTACTS:
                return contact_rows(register)
            case Kind.ESCALATION:
                return [StepRow(step.words) for step in register.steps]
            case Kind.ENVIRONMENTS:
                return [CodeRow(place.code, place.name) for place in register.environments]
            case Kind.SERVICES:
                return [CodeRow(service.code, service.name) for service in register.services]
            case _:
                return []

    def _secrets(self, code: str) -> list[SecretRow]:
        chosen = {code} if code else {place.code for place in self.register.environments} - self.own_places
        return [
            secret_row(secret)
            for secret in self.register.secrets
            if secret.environment_id in chosen and (self.only is None or str(secret) in self.only)
        ]
