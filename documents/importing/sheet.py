"""Collects what an import would add and change, as rows in memory; writes them at once or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from audit.acts import current_act
from audit.tracked import Tracked
from contacts.models import EscalationStep, Person, Team, TitledRole
from documents.markdown.findings import Findings
from documents.models import DocumentSection
from inventory.models import Environment, Secret, SecretType, Service, TeamAssignment
from rotations.models import ReminderOffset, Rotation, RotationItem

# What is named stands before what names it.
ORDER: tuple[type[Tracked], ...] = (
    *(Team, Person, TitledRole, EscalationStep, Environment, Service, SecretType, TeamAssignment),
    *(ReminderOffset, Secret, Rotation, RotationItem, DocumentSection),
)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a row of the register that would change, in words."""

    what: str
    name: str
    label: str
    before: str
    after: str
    line: int


@dataclass(frozen=True, slots=True)
class Addition:
    """A row that would be new."""

    row: Tracked
    line: int


@dataclass(slots=True)
class Sheet:
    """Everything an import would write."""

    findings: Findings
    additions: list[Addition] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    _changed: dict[tuple[type[Tracked], Any], tuple[Tracked, set[str]]] = field(default_factory=dict)

    def add(self, row: Tracked, line: int) -> None:
        """Add a new row."""
        self.additions.append(Addition(row, line))

    def new(self, model: type[Tracked]) -> list[Addition]:
        """Return what would be new of one model, in order."""
        return [addition for addition in self.additions if type(addition.row) is model]

    def put(self, row: Tracked, name: str, value: Any, line: int, *, silent: bool = False) -> bool:
        """Set a field where it differs; False where the register would not take the value, which is a problem then.

        `silent` keeps the change out of the preview: it is a place, or follows from a change that is told.
        """
        before = getattr(row, name)
        if before == value:
            return True
        if not self.accepts(row, name, value, line):
            return False
        setattr(row, name, value)
        self.tell(row, name, before, line, silent=silent)
        return True

    def tell(self, row: Tracked, name: str, before: Any, line: int, *, silent: bool = False) -> None:
        """Remember that a field of a row was set, if it differs from what it was before."""
        known: models.Field[Any, Any] = row._meta.get_field(name)  # type: ignore[assignment]
        after = getattr(row, name)
        if row._state.adding or before == after:
            return
        self._changed.setdefault((type(row), row.pk), (row, set()))[1].add(name)
        if not silent:
            told = (str(row._meta.verbose_name), str(row), str(known.verbose_name))
            self.changes.append(Change(*told, _words(known, before), _words(known, after), line))

    def accepts(self, row: Tracked | type[Tracked], name: str, value: Any, line: int) -> bool:
        """Return whether a text fits its field, by length and form; else it is a problem."""
        known: models.Field[Any, Any] = row._meta.get_field(name)  # type: ignore[assignment]
        if not isinstance(known, (models.CharField, models.TextField)) or (value == "" and known.blank):
            return True
        try:
            known.clean(value, None)
        except ValidationError as error:
            label = str(known.verbose_name)
            self.findings.problem(line, f"{label[:1].upper()}{label[1:]}: {' '.join(error.messages)}")
            return False
        return True

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""
        return not self.additions and not self._changed

    def write(self) -> None:
        """Write everything, what is named before what names it; in the caller's transaction and act."""
        if current_act().allowance is not None:
            self._meet()
        for model in ORDER:
            rows = [addition.row for addition in self.additions if type(addition.row) is model]
            if rows:
                model.objects.bulk_create(rows, batch_size=BATCH)
            for names, changed in self._by_fields(model).items():
                model.objects.bulk_update(changed, sorted(names), batch_size=BATCH)

    def _meet(self) -> None:
        """Judge every text before the first row is written: its entry tells which fields were let stay."""
        for row in [*(addition.row for addition in self.additions), *(row for row, _ in self._changed.values())]:
            row.refuse_values()

    def _by_fields(self, model: type[Tracked]) -> dict[frozenset[str], list[Tracked]]:
        found: dict[frozenset[str], list[Tracked]] = {}
        for (kind, _), (row, names) in self._changed.items():
            if kind is model:
                found.setdefault(frozenset(names), []).append(row)
        return found


def in_order(
    sheet: Sheet,
    known: Sequence[Any],
    named: Sequence[tuple[Any, int]],
    *,
    said: Sequence[str] = (),
    told: Sequence[str] = (),
) -> None:
    """Give the rows a document names, with their lines, places in its order; leave all as it is where that holds.

    `said` are the labels of the document and `told` those of the register's own, each in order: the lists of a
    document may have an order of their own. Rows that only the register knows stay where they are.
    """
    both = set(said) & set(told)
    is_same_order = [label for label in said if label in both] == [label for label in told if label in both]
    if both and is_same_order and not any(row._state.adding for row, _ in named):
        return
    places = {id(row): number for number, row in enumerate(known)}
    old = [places[id(row)] for row, _ in named if id(row) in places]
    if len(old) == len(named) and old == sorted(old):
        return
    last = 0 if old else max((row.position for row in known), default=0)
    for row, line in named:
        if row._state.adding or row.position <= last:
            sheet.put(row, "position", last + 1, line, silent=True)
        last = row.position


def _words(known: models.Field[Any, Any], value: Any) -> str:
    if value is None or value == "":
        return ""
    if known.choices:
        return str(dict(known.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)
