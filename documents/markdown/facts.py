"""Knows what a document holds, part by part, as frozen facts; knows nothing of the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a part of the document is made of: text of its own, or rows the register keeps."""

    PROSE = "prose"
    INVENTORY = "inventory"
    UPCOMING = "upcoming"
    HISTORY = "history"
    TYPE = "type"
    TEAMS = "teams"
    REMINDERS = "reminders"
    CONTACTS = "contacts"
    ESCALATION = "escalation"
    ENVIRONMENTS = "environments"
    SERVICES = "services"


TABLES = frozenset({Kind.INVENTORY, Kind.UPCOMING, Kind.HISTORY})
LISTS = frozenset(Kind) - TABLES - {Kind.PROSE}


@dataclass(frozen=True, slots=True)
class Who:
    """A person as a document names them; an empty name or handle (without its @) is a gap."""

    name: str = ""
    handle: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.handle)


def _line() -> int:
    return field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class SecretRow:
    """One row of an inventory table; "" and None are gaps."""

    name: str
    owner: Who = Who()
    backup_owner: Who = Who()
    type: str = ""
    last_on: date | None = None
    next_on: date | None = None
    status: str = ""
    line: int = _line()


@dataclass(frozen=True, slots=True)
class RotationRow:
    """One row of the upcoming rotations or of the history; `secrets` are the words of the document."""

    on: date | None = None
    environment: str = ""
    owner: Who = Who()
    secrets: str = ""
    status: str = ""
    notes: str = ""
    line: int = _line()


@dataclass(frozen=True, slots=True)
class TypeRow:
    """What a section says of a type; `rotation` is the sentence about the interval."""

    label: str
    rotation: str = ""
    owner: str = ""
    provider: str = ""
    format: str = ""
    line: int = _line()


@dataclass(frozen=True, slots=True)
class TeamRow:
    """The team that answers for a type."""

    label: str
    team: str = ""
    line: int = _line()


@dataclass(frozen=True, slots=True)
class ContactRow:
    """Who has a title, and their phone number."""

    label: str
    who: Who = Who()
    phone: str = ""
    line: int = _line()


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the escalation path in words."""

    label: str
    line: int = _line()


@dataclass(frozen=True, slots=True)
class CodeRow:
    """The code of an environment or a service and its name."""

    label: str
    name: str = ""
    line: int = _line()


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """A reminder, a number of days before the rotation (negative: after it, None: the words name none)."""

    label: str
    days: int | None = None
    words: str = ""
    line: int = _line()


Row = SecretRow | RotationRow | TypeRow | TeamRow | ContactRow | StepRow | CodeRow | ReminderRow


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the document: all prose, or one table or list the register keeps.

    Level 0 has no heading of its own and continues the part before. `body` is the text of prose; of a
    list it holds the lines, where a line with only a label is filled from the row of that label.
    """

    kind: Kind = Kind.PROSE
    level: int = 0
    heading: str = ""
    body: str = ""
    is_tight: bool = False
    rows: tuple[Row, ...] = ()
    # The code of the environment whose secrets an inventory lists; "" where they are of several.
    environment: str = ""
    # The headings this part stands under, its own included.
    under: tuple[str, ...] = field(default=(), compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """Something to tell of a line, as a sentence that never repeats what may be a value."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its parts in order, what stops its import, and what is only worth knowing."""

    parts: tuple[Part, ...] = ()
    problems: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    gaps: tuple[Remark, ...] = ()
    # The secrets it names, those in rows with problems among them.
    named: frozenset[str] = frozenset()
    line_count: int = 0
    # How many of the problems are texts that only resemble a value.
    guesses: int = 0

    def rows(self, *kinds: Kind) -> Iterator[tuple[Part, Row]]:
        """Yield the rows of the parts of these kinds, in order."""
        return ((part, row) for part in self.parts if part.kind in kinds for row in part.rows)

    def labels(self, kind: Kind) -> list[str]:
        """Return the labels of a kind of list, in order."""
        return [row.label for _, row in self.rows(kind) if not isinstance(row, (SecretRow, RotationRow))]
