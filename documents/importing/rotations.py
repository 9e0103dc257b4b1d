"""Takes rotations from a document, and the days on which secrets were rotated before the register was kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from documents.exporting import rotation_rows
from documents.importing.covered import Covered
from documents.importing.past import Past
from documents.importing.people import People, UnclearError
from documents.importing.sheet import Sheet
from documents.markdown.facts import Document, Kind, RotationRow
from documents.markdown.words import plain_words
from documents.register import Register
from documents.rotation_words import in_table, state_in, state_of_unknown
from inventory.models import Environment, Secret
from rotations.completion import SAYS_CANCELLED, SAYS_DOCUMENT
from rotations.models import Rotation, RotationItem

State, Outcome = Rotation.State, RotationItem.Outcome
MOST_WORDS = 500
TABLES = (Kind.UPCOMING, Kind.HISTORY)
_HOW = {
    State.DRAFT: "new, kept as a draft until it has a date",
    State.PLANNED: "new, planned",
    State.IN_PROGRESS: "new, in progress",
    State.COMPLETE: "new, complete",
    State.CANCELLED: "new, cancelled",
}


@dataclass(frozen=True, slots=True)
class RowMatch:
    """How a row of the rotation tables was understood."""

    line: int
    words: str
    how: str


@dataclass(frozen=True, slots=True)
class _Known:
    """A rotation of the register and the row the register writes for it."""

    rotation: Rotation
    row: RotationRow


class Rotations:
    """Goes through the rows of both tables, after the inventory was taken."""

    def __init__(self, register: Register, sheet: Sheet, past: Past, covered: Covered, *, today: date) -> None:
        self.register, self.sheet, self.past, self.covered = register, sheet, past, covered
        self.today = today
        self.matches: list[RowMatch] = []
        self._last = max((rotation.document_position for rotation in register.rotations), default=0)

    def take(self, document: Document, baseline: Document, places: dict[str, Environment], people: People) -> None:
        """Take both tables; a row is known by environment, date and words, the k-th of the same by the k-th."""
        known = self._known(baseline)
        same = Counter(row for _, row in baseline.rows(*TABLES))
        changed: list[tuple[str, RotationRow]] = []
        for part, row in document.rows(*TABLES):
            if isinstance(row, RotationRow) and same[row] > 0:
                same[row] -= 1
                known = _without_first(known, row)
                self._tell(row, "in the register already")
            elif isinstance(row, RotationRow):
                changed.append((part.kind, row))
        for table, row in changed:
            try:
                self._take(table, row, known, places, people)
            except UnclearError as error:
                self.sheet.findings.problem(row.line, f"Rotation: {error}")

    def _known(self, baseline: Document) -> list[_Known]:
        """Return the register's rotations with their rows as they read; as they are, where the two do not pair."""
        found = []
        for table in TABLES:
            rotations = in_table(self.register.rotations, table)
            rows = [row for _, row in baseline.rows(table) if isinstance(row, RotationRow)]
            if len(rows) != len(rotations):
                rows = rotation_rows(self.register, table)
            found += [_Known(rotation, row) for rotation, row in zip(rotations, rows, strict=True)]
        return found

    def _take(
        self, table: str, row: RotationRow, known: list[_Known], places: dict[str, Environment], people: People
    ) -> None:
        state = state_in(row.status, on=row.on, table=table)
        if state is None:
            state = state_of_unknown(on=row.on, table=table)
            self.sheet.findings.note(row.line, "The register does not know this status; the word is kept.")
        if state == State.COMPLETE and row.on is not None and row.on > self.today:
            raise UnclearError("It is complete, but its date lies in the future.")
        match = self._match(row, known)
        if match is not None:
            known.remove(match)
            self._change(match, row, state, people)
        else:
            self._add(table, row, state, places, people)

    def _add(self, table: str, row: RotationRow, state: str, places: dict[str, Environment], people: People) -> None:
        codes = self._codes(row)
        secrets = self._secrets(row, codes)
        owner = people.find(row.owner, row.line) if row.owner else None
        words = "" if _says_its_items(row, secrets, state, table) else row.secrets
        texts = {"secrets_in_words": words, "document_status": row.status, "notes": row.notes}
        if state == State.COMPLETE and table != Kind.HISTORY:
            texts["old_alive_reason"] = SAYS_DOCUMENT
        for name, text in texts.items():
            if not self.sheet.accepts(Rotation, name, text, row.line):
                return
        self._last += 1
        rotation = Rotation(
            kind=Rotation.Kind.IMPORTED if table == Kind.HISTORY else Rotation.Kind.SCHEDULED,
            state=state,
            environment=places.get(codes[0]) if len(codes) == 1 else None,
            planned_on=None if state == State.COMPLETE else row.on,
            completed_on=row.on if state == State.COMPLETE else None,
            owner=owner,
            document_table=table,
            document_position=self._last,
            **texts,
        )
        self.sheet.add(rotation, row.line)
        self._tell(row, _HOW[State(state)])
        if state == State.COMPLETE:
            self.past.add(rotation, secrets, row)
        elif table == Kind.UPCOMING or state == State.CANCELLED:
            said = {"outcome": Outcome.SKIPPED, "note": SAYS_CANCELLED} if state == State.CANCELLED else {}
            for secret in secrets:
                self.sheet.add(RotationItem(rotation=rotation, secret=secret, **said), row.line)

    def _change(self, match: _Known, row: RotationRow, state: str, people: People) -> None:
        rotation, told = match.rotation, match.row
        self._tell(row, "in the register already" if row.on == told.on else "the draft of these words gets its date")
        if row.owner and row.owner != told.owner and not (row.owner.name == told.owner.name and not row.owner.handle):
            self.sheet.put(rotation, "owner", people.find(row.owner, row.line), row.line)
        if row.notes and row.notes != told.notes:
            self.sheet.put(rotation, "notes", row.notes, row.line)
        if row.on != told.on and row.on is not None and state != State.COMPLETE:
            self.sheet.put(rotation, "planned_on", row.on, row.line)
        if (row.status and row.status != told.status) or row.on != told.on:
            self._set_state(rotation, row, state)

    def _set_state(self, rotation: Rotation, row: RotationRow, state: str) -> None:
        if rotation.state != state and not rotation.is_open:
            known = rotation.get_state_display().lower()
            self.sheet.findings.note(row.line, f"This rotation is {known} in the register and stays so.")
            return
        self.sheet.put(rotation, "document_status", row.status, row.line, silent=True)
        if state == State.COMPLETE and rotation.state != State.COMPLETE and row.on is not None:
            self.sheet.put(rotation, "completed_on", row.on, row.line)
            self.sheet.put(rotation, "old_alive_reason", SAYS_DOCUMENT, row.line, silent=True)
            self.past.complete(rotation, self._secrets(row, self._codes(row)), row)
        self.sheet.put(rotation, "state", state, row.line)

    def _match(self, row: RotationRow, known: Sequence[_Known]) -> _Known | None:
        """Return the rotation a row means: the same environments, words and date, else a draft without a date."""
        alike = [one for one in known if self._words(one.row, one.rotation) == self._words(row)]
        found = next((one for one in alike if one.row.on == row.on), None)
        if found is None and row.secrets:
            found = next((one for one in alike if one.row.on is None and one.rotation.is_open), None)
        return found

    def _words(self, row: RotationRow, rotation: Rotation | None = None) -> tuple[list[str], str]:
        """Return what a row is known by beside its date; an environment may have got another name since."""
        code = rotation.environment_id if rotation is not None else None
        return ([code] if code else sorted(self.covered.codes(row.environment)), plain_words(row.secrets))

    def _codes(self, row: RotationRow) -> list[str]:
        codes = self.covered.codes(row.environment) if row.environment else []
        if row.environment and not codes:
            raise UnclearError("Its environment is none the register or the document names.")
        return codes

    def _secrets(self, row: RotationRow, codes: list[str]) -> list[Secret]:
        secrets = self.covered.named(row.secrets, codes) if row.secrets else []
        if secrets is None:
            self.sheet.findings.note(row.line, "The words for its secrets name none the register knows; they are kept.")
        return secrets or []

    def _tell(self, row: RotationRow, how: str) -> None:
        words = ", ".join(part for part in (row.environment, str(row.on or ""), row.secrets) if part)
        self.matches.append(RowMatch(row.line, words or "no words", how))


def _says_its_items(row: RotationRow, secrets: Sequence[Secret], state: str, table: str) -> bool:
    """Return whether the words are just the names of what will be its items, and need not be kept beside them."""
    if row.secrets != ", ".join(map(str, secrets)):
        return False
    if state == State.COMPLETE:  # a secret may be left out of it, so its words are kept where they fit
        return len(row.secrets) > MOST_WORDS
    return table == Kind.UPCOMING and state != State.CANCELLED


def _without_first(known: list[_Known], row: RotationRow) -> list[_Known]:
    number = next((number for number, one in enumerate(known) if one.row == row), None)
    return known if number is None else known[:number] + known[number + 1 :]
