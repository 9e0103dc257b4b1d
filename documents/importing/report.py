"""Tells a plan in lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contacts.models import EscalationStep, Person, Team, TitledRole
from documents.importing.plan import Plan
from documents.markdown.facts import Remark
from documents.models import DocumentSection
from inventory.models import Environment, Secret, SecretType, Service, TeamAssignment
from rotations.models import ReminderOffset, Rotation

TOLD = (
    *(Secret, SecretType, Environment, Service, Person, Team, TeamAssignment, TitledRole, EscalationStep),
    *(ReminderOffset, Rotation, DocumentSection),
)


def counts(planned: Plan) -> list[tuple[int, str]]:
    """Return how many rows of each kind would be new, with the noun, none left out that has any."""
    found = []
    for model in TOLD:
        number = len(planned.new(model))
        names = model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural
        if number:
            found.append((number, str(names)))
    return found


def lines_of(planned: Plan) -> Iterator[str]:
    """Yield what the plan would do, what is a problem and what is only noted."""
    yield from _part("Problems", _remarks(planned.problems))
    yield from _part("New", (f"{number} {names}" for number, names in counts(planned)))
    yield from _part("New secrets", (f"line {one.line}: {one.row}" for one in planned.new(Secret)))
    yield from _part(
        "Changes",
        (f"line {one.line}: {one.name}, {one.label}: {one.before or '—'} → {one.after}" for one in planned.changes),
    )
    yield from _part("People", (f"{_who(one.who.name, one.who.handle)}: {one.how}" for one in planned.people))
    yield from _part("Rotations", (f"line {one.line}: {one.words}: {one.how}" for one in planned.rotations))
    yield from _part("Only in the register", planned.only_in_register)
    yield from _part("Gaps", _remarks(planned.gaps))
    yield from _part("Notes", _remarks(planned.notes))


def _part(heading: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield f"{heading}:"
        yield from (f"  {line}" for line in found)


def _remarks(remarks: Iterable[Remark]) -> Iterator[str]:
    return (f"line {remark.line}: {remark.text}" for remark in remarks)


def _who(name: str, handle: str) -> str:
    return f"{name} (@{handle})" if name and handle else name or f"@{handle}"
