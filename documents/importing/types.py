"""Knows which type the words of a document mean, and what its sections say of types."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from audit.relative_dates import counted
from documents.importing.people import UnclearError
from documents.importing.sheet import Sheet, in_order
from documents.markdown import inline
from documents.markdown.dates import read_interval
from documents.markdown.facts import Document, Kind, TypeRow
from documents.markdown.words import best_match, stems
from documents.outline import Written
from documents.register import Register
from inventory.interval_effect import effect_on
from inventory.models import SecretType


class Types:
    """The types of the register and those the document adds."""

    def __init__(self, register: Register, sheet: Sheet, *, today: date) -> None:
        self.register, self.sheet, self.today = register, sheet, today
        self.all = list(register.types)
        self.described: dict[int, TypeRow] = {}  # by id() of the type
        self.moved: set[int] = set()  # by id(): those whose interval changes
        self._found: dict[str, SecretType] = {}
        self._own: dict[str, SecretType | None] = {}  # by the heading the register writes

    def describe(self, document: Document, baseline: Document, written: Sequence[Written]) -> None:
        """Take what the sections of types say."""
        known, told = list(self.all), {row for _, row in baseline.rows(Kind.TYPE)}
        own = [one for one in written if one.section is not None and one.section.secret_type is not None]
        self._own = {inline.read(one.part.heading).plain: one.section.secret_type for one in own if one.section}
        named = []
        for _, row in document.rows(Kind.TYPE):
            if isinstance(row, TypeRow):
                kind = self._own.get(row.label)
                if kind is None and row not in told:
                    kind = self._of_heading(row, known)
                if kind is None:
                    continue
                self.described[id(kind)] = row
                named.append((kind, row.line))
                if row not in told:
                    self._take(kind, row)
        said, own_labels = document.labels(Kind.TYPE), baseline.labels(Kind.TYPE)
        in_order(self.sheet, known, named, said=said, told=own_labels)

    def find(self, words: str, line: int) -> SecretType:
        """Return the type, adding one nobody knows yet; raises UnclearError where several fit."""
        kind = self._found.get(words)
        if kind is None:
            kind = self._found[words] = self._match(words, line)
        return kind

    def kind_of(self, row: TypeRow) -> SecretType | None:
        """Return the type a section describes."""
        return next((kind for kind in self.all if self.described.get(id(kind)) is row), None)

    def matching(self, words: str) -> SecretType | None:
        """Return the one type these words mean, None for none or several."""
        keys = self._best(words, self.all)
        return keys[0] if len(keys) == 1 else None

    def remark_on(self, service: str, kind: SecretType, name: str, line: int) -> None:
        """Note where another type than the table's is described under the service's name."""
        for other in self.all:
            row = self.described.get(id(other))
            if row is not None and other is not kind and stems(service) <= stems(other.name):
                said = f"{name} is of the type {kind.label} here; line {row.line} describes {other.name} on its own."
                self.sheet.findings.note(line, said)

    def _match(self, words: str, line: int) -> SecretType:
        found = self._best(words, self.all)
        if len(found) > 1:
            names = ", ".join(kind.name for kind in found)
            raise UnclearError(f"The type “{words}” may be several: {names}. Write one of these.")
        if not found:
            if not self.sheet.accepts(SecretType, "name", words, line):
                raise UnclearError("This type cannot be added as it is written here.")
            return self._added(words, line)
        kind = found[0]
        if words not in kind.names:
            self.sheet.findings.note(line, f"“{words}” is read as the type {kind.name}.")
            self._learn(kind, words, line)
        return kind

    def _learn(self, kind: SecretType, words: str, line: int) -> None:
        """Keep the word of the tables for a type."""
        if kind._state.adding and not kind.short_name:
            self.sheet.put(kind, "short_name", words, line)
        else:
            self.sheet.put(kind, "other_names", "\n".join([*kind.other_names.splitlines(), words]), line)

    def _of_heading(self, row: TypeRow, known: list[SecretType]) -> SecretType | None:
        free = [kind for kind in known if id(kind) not in self.described]
        found = self._best(row.label, free)
        if len(found) == 1:
            return found[0]
        return self._added(row.label, row.line) if self.sheet.accepts(SecretType, "name", row.label, row.line) else None

    def _take(self, kind: SecretType, row: TypeRow) -> None:
        texts = (("responsible_party", row.owner), ("provider", row.provider), ("format", row.format))
        for name, value in texts:
            if value:
                self.sheet.put(kind, name, value, row.line)
        if row.rotation:
            days, _ = read_interval(row.rotation)
            if days != kind.rotation_interval_days:
                self.moved.add(id(kind))
                self._say_what_it_does(kind, days, row.line)
            self.sheet.put(kind, "rotation_interval_days", days, row.line)

    def _say_what_it_does(self, kind: SecretType, days: int | None, line: int) -> None:
        """Note what another interval does by itself; dates that the document gives are told among the changes."""
        secrets = [secret for secret in self.register.secrets if secret.type is kind]
        effect = effect_on(sorted(secrets, key=str), days, today=self.today)
        if effect.words:
            every = f"every {counted(days, 'day')}" if days is not None else "no interval"
            self.sheet.findings.note(line, f"{kind.name}, {every}: {effect.words}")

    def _added(self, name: str, line: int) -> SecretType:
        last = max((kind.position for kind in self.all), default=0)
        kind = SecretType(name=name, position=last + 1)
        self.sheet.add(kind, line)
        self.all.append(kind)
        return kind

    @staticmethod
    def _best(words: str, kinds: list[SecretType]) -> list[SecretType]:
        by_key = {str(number): kind for number, kind in enumerate(kinds)}
        return [by_key[key] for key in best_match(words, {key: kind.names for key, kind in by_key.items()})]
