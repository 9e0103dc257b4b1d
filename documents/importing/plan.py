"""Plans an import in memory against the register as it is, tells what it would do, and does it on demand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.acts import judged
from audit.models import User
from audit.relative_dates import counted
from audit.tracked import Tracked
from documents.exporting import as_markdown, parts_of
from documents.importing.codes import Codes
from documents.importing.covered import Covered
from documents.importing.lists import Lists
from documents.importing.past import Past
from documents.importing.people import Match, People, Teams
from documents.importing.rotations import Rotations, RowMatch
from documents.importing.secrets import Inventory
from documents.importing.sections import take_sections
from documents.importing.sheet import ORDER, Addition, Change, Sheet
from documents.importing.types import Types
from documents.markdown.facts import Remark
from documents.markdown.findings import Findings
from documents.markdown.reader import Reading, read
from documents.markdown.tables import NAME
from documents.outline import Written
from documents.register import Register, load
from inventory import schedule
from rotations.drafting import add_checklists
from rotations.models import Rotation, RotationItem


class ProblemsError(ValidationError):
    """The document has problems, and nobody said that their rows are to be left out."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. Nothing of it is written before `carry_out`."""

    sheet: Sheet
    problems: Sequence[Remark]
    notes: Sequence[Remark]
    gaps: Sequence[Remark]
    people: Sequence[Match]
    rotations: Sequence[RowMatch]
    only_in_register: Sequence[str]
    line_count: int
    text: str
    guesses: int

    def new(self, model: type[Tracked]) -> list[Addition]:
        """Return what would be new of a model, in the order of the document."""
        return self.sheet.new(model)

    @property
    def changes(self) -> Sequence[Change]:
        """The fields of the register that would change."""
        return self.sheet.changes

    @property
    def is_empty(self) -> bool:
        """Whether the register says all of this already."""
        return self.sheet.is_empty

    @property
    def fingerprint(self) -> str:
        """The same for the same plan: so nobody carries out another one than they saw."""
        told: list[Any] = [(type(one.row).__name__, str(one.row), one.line) for one in self.sheet.additions]
        told += [self.changes, self.problems]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def plan(text: str, *, by: User | None, at: datetime, today: date, lock: bool = False) -> Plan:
    """Return what importing `text` would do; a fixed number of queries, nothing written.

    Whatever is a problem is left out of the plan. `at` is the instant that is recorded, `today` the last day
    on which something can have been rotated.
    """
    register = load(lock=lock)
    written = parts_of(register, only=_named_in(text, register))
    own = as_markdown(written)
    lines = frozenset(own.split("\n"))
    names = {place.code: place.name for place in register.environments}
    baseline = read(own, environments=names, known_lines=lines)
    reading = read(text, environments=names, known_lines=lines, judge=judged)
    return _Planner(register, written, baseline, reading, by=by, at=at, today=today).planned()


def carry_out(planned: Plan, *, leave_out_problems: bool = False) -> None:
    """Write the plan, all of it or nothing, in the act under way.

    Raises ProblemsError where there are problems and nobody said to leave them out, ValidationError where the
    register changed meanwhile.
    """
    if planned.problems and not leave_out_problems:
        number = counted(len(planned.problems), "problem")
        raise ProblemsError(f"Mend the {number}, or leave out the rows.", code="problems")
    try:
        with transaction.atomic(), schedule.recording():
            planned.sheet.write()
            _add_steps(planned)
    except IntegrityError:
        raise ValidationError("The register changed meanwhile. Look at the preview again.", code="changed") from None


def _add_steps(planned: Plan) -> None:
    """Give new rotations that are still to be done the steps that every other one begins with."""
    ended = (Rotation.State.COMPLETE, Rotation.State.CANCELLED)
    types: dict[Rotation, set[int | None]] = {}
    for addition in planned.new(Rotation):
        if isinstance(addition.row, Rotation) and addition.row.state not in ended:
            types[addition.row] = set()
    for addition in planned.new(RotationItem):
        if isinstance(addition.row, RotationItem) and addition.row.rotation in types:
            types[addition.row.rotation].add(addition.row.secret.type_id)
    add_checklists(types)


def _named_in(text: str, register: Register) -> set[str]:
    """Return the names that may stand in a document: only their rows need to be compared.

    One more has a backup owner, if any has: so the rows have the columns they have in the whole document.
    """
    with_backup = next((str(secret) for secret in register.secrets if secret.backup_owner_id is not None), "")
    return {with_backup, *(found[0] for found in NAME.finditer(text.replace("\\", "")))}


class _Planner:
    """Takes a document part by part; what is named comes before what names it."""

    def __init__(
        self,
        register: Register,
        written: Sequence[Written],
        baseline: Reading,
        reading: Reading,
        *,
        by: User | None,
        at: datetime,
        today: date,
    ) -> None:
        self.register, self.written, self.reading = register, written, reading
        self.document, self.baseline = reading.document, baseline.document
        self.findings = Findings()
        self.sheet = Sheet(self.findings)
        self.people, self.teams = People(register, self.sheet), Teams(register, self.sheet)
        self.types = Types(register, self.sheet, today=today)
        self.codes = Codes(register, self.sheet, self.document, self.baseline)
        self.lists = Lists(register, self.sheet, self.document, self.baseline)
        self.inventory = Inventory(register, self.sheet, self.baseline, today=today)
        self.past = Past(register, self.sheet, self.inventory, by=by, at=at)
        self.today = today

    def planned(self) -> Plan:
        self.codes.take_codes()
        self.types.describe(self.document, self.baseline, self.written)
        self.inventory.take(self.document, self.codes, self.types, self.people)
        self.lists.take_teams(self.types, self.teams)
        self.lists.take_contacts(self.people)
        self.lists.take_steps(self.teams)
        self.lists.take_reminders()
        rotations = self._rotations()
        self.past.settle()
        self.inventory.set_next_dates()
        self._sections()
        return self._plan(rotations)

    def _rotations(self) -> Rotations:
        names = {code: place.name for code, place in self.codes.environments.items()}
        covered = Covered(self.inventory.by_name, names, self.types)
        rotations = Rotations(self.register, self.sheet, self.past, covered, today=self.today)
        rotations.take(self.document, self.baseline, self.codes.environments, self.people)
        return rotations

    def _sections(self) -> None:
        take_sections(
            self.document,
            self.baseline,
            self.written,
            sheet=self.sheet,
            places=self.codes.environments,
            types=self.types,
        )

    def _plan(self, rotations: Rotations) -> Plan:
        self.sheet.additions.sort(key=lambda addition: ORDER.index(type(addition.row)))
        absent = [str(secret) for secret in self.register.secrets if str(secret) not in self.document.named]
        return Plan(
            sheet=self.sheet,
            problems=sorted([*self.document.problems, *self.findings.problems]),
            notes=sorted({*self.document.notes, *self.findings.notes}),
            gaps=self.document.gaps,
            people=list(self.people.matches.values()),
            rotations=sorted(rotations.matches, key=lambda match: match.line),
            only_in_register=absent,
            line_count=self.document.line_count,
            text=self.reading.text,
            guesses=self.document.guesses,
        )
