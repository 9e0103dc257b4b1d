"""Takes the inventory from a document: who answers for each secret, what it is, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from documents.importing.codes import Codes
from documents.importing.people import People, UnclearError
from documents.importing.sheet import Sheet
from documents.importing.types import Types
from documents.markdown.facts import Document, Kind, Part, SecretRow, Who
from documents.markdown.words import common_name, plain_words
from documents.register import Register
from inventory.models import Secret
from inventory.policy import next_rotation_on

GIVEN = "As the imported document says"
_STATUSES = {
    Secret.Status.ACTIVE: "active, live, in use, current, valid, ok, enabled",
    Secret.Status.DEPRECATED: "deprecated, legacy, phasing out, being phased out",
    Secret.Status.COMPROMISED: "compromised, leaked, exposed",
    Secret.Status.RETIRED: "retired, inactive, disabled, removed, decommissioned, revoked, deleted, obsolete",
}
_STATUS_BY_WORD = {word: status for status, words in _STATUSES.items() for word in words.split(", ")}
_INVENTORY_WORDS = frozenset({"secrets", "secret", "inventory", "credentials", "environment"})


@dataclass(frozen=True, slots=True)
class Dated:
    """A secret whose row gives the day of its last rotation, and whether that is new to the register."""

    secret: Secret
    row: SecretRow
    is_news: bool


class Inventory:
    """The secrets of the register and those the document adds."""

    def __init__(self, register: Register, sheet: Sheet, baseline: Document, *, today: date) -> None:
        self.register, self.sheet, self.today = register, sheet, today
        self.by_name = {str(secret): secret for secret in register.secrets}
        self.dated: list[Dated] = []
        self.next_dates: list[tuple[Secret, SecretRow]] = []
        self._baseline = {row.name: row for _, row in baseline.rows(Kind.INVENTORY) if isinstance(row, SecretRow)}

    def take(self, document: Document, codes: Codes, types: Types, people: People) -> None:
        """Take every row, or none of it where something in it is a problem."""
        for part, row in document.rows(Kind.INVENTORY):
            if isinstance(row, SecretRow):
                try:
                    self._take(part, row, codes, types, people)
                except UnclearError as error:
                    self.sheet.findings.problem(row.line, f"{row.name}: {error}")

    def _take(self, part: Part, row: SecretRow, codes: Codes, types: Types, people: People) -> None:
        told = self._baseline.get(row.name, SecretRow(row.name))
        known = self.by_name.get(row.name)
        if known is not None and row == told:
            self._remember_date(known, row, is_news=False)
            if row.next_on is not None and id(known.type) in types.moved:
                self.next_dates.append((known, row))
            return
        if row.last_on is not None and row.last_on > self.today and row.last_on != told.last_on:
            raise UnclearError("The last rotation lies in the future.")
        status = self._status(row, told)
        owner = self._person(row.owner, told.owner, row.line, people)
        backup = self._person(row.backup_owner, told.backup_owner, row.line, people)
        kind = types.find(row.type, row.line) if row.type and row.type != told.type else None
        _check_pair(known, owner, backup)
        secret = known or self._added(part, row, codes)
        for name, value in (("owner", owner), ("backup_owner", backup), ("type", kind), ("status", status)):
            if value is not None:
                self.sheet.put(secret, name, value, row.line)
        if kind is not None:
            types.remark_on(secret.service_id, kind, row.name, row.line)
        self._remember_date(secret, row, is_news=row.last_on is not None and row.last_on != told.last_on)
        dates_move = row.last_on != told.last_on or kind is not None or id(secret.type) in types.moved
        if row.next_on is not None and (row.next_on != told.next_on or dates_move):
            self.next_dates.append((secret, row))

    def _remember_date(self, secret: Secret, row: SecretRow, *, is_news: bool) -> None:
        if row.last_on is not None:
            self.dated.append(Dated(secret, row, is_news))

    def _status(self, row: SecretRow, told: SecretRow) -> str | None:
        if not row.status or row.status == told.status:
            return None
        status = _STATUS_BY_WORD.get(plain_words(row.status))
        if status is None:
            words = ", ".join(str(label) for label in Secret.Status.labels)
            raise UnclearError(f"This is no status. Write one of {words}.")
        return status

    def _person(self, who: Who, told: Who, line: int, people: People) -> object:
        """Return the person a cell names newly, None where it is a gap or says what the register says."""
        if not who or who == told or (who.name == told.name and not who.handle):
            return None
        return people.find(who, line)

    def _added(self, part: Part, row: SecretRow, codes: Codes) -> Secret:
        code, service, credential_type = row.name.split("/")
        if not self.sheet.accepts(Secret, "credential_type", credential_type, row.line):
            raise UnclearError("The name is too long.")
        secret = Secret(
            environment=codes.environment(code, _environment_name(part, code), row.line),
            service=codes.service(service, "", row.line),
            credential_type=credential_type,
        )
        self.sheet.add(secret, row.line)
        self.by_name[row.name] = secret
        return secret

    def set_next_dates(self) -> None:
        """Set the next rotations that are given; they have a reason where they are not last plus interval."""
        for secret, row in self.next_dates:
            if row.last_on is not None and row.last_on != secret.last_rotated_on:
                continue  # an older document: its dates were left alone
            derived = next_rotation_on(last_rotated_on=secret.last_rotated_on, interval_days=secret.interval_days)
            is_given = row.next_on != derived
            if is_given and derived is not None:
                text = f"{row.name}: the next rotation is not last rotation plus interval ({derived}); kept as given."
                self.sheet.findings.note(row.line, text)
            self.sheet.put(secret, "next_rotation_on", row.next_on, row.line)
            self.sheet.put(secret, "next_rotation_reason", GIVEN if is_given else "", row.line, silent=True)


def _check_pair(known: Secret | None, owner: object, backup: object) -> None:
    first = owner or (known.owner if known is not None else None)
    second = backup or (known.backup_owner if known is not None else None)
    if first is not None and first is second:
        raise UnclearError("Owner and backup owner must be two different people.")


def _environment_name(part: Part, code: str) -> str:
    """Return the name of an environment after the heading of its table."""
    if part.environment != code or not part.under:
        return common_name(code)
    kept = [word for word in part.under[-1].split() if word.lower() not in _INVENTORY_WORDS]
    return " ".join(kept) or common_name(code)
