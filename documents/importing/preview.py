"""Tells a plan on a page: what is new, what changes, what is missing; long lists are cut and say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit.relative_dates import counted
from contacts.models import EscalationStep, Team
from documents.importing.plan import Plan
from documents.importing.report import counts
from documents.importing.sheet import Addition
from inventory.models import Environment, Secret, SecretType, Service

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """The first entries of a list, and how many are not among them."""

    first: Sequence[object]
    total: int

    @property
    def hidden(self) -> int:
        """How many are not shown."""
        return self.total - len(self.first)


@dataclass(frozen=True, slots=True)
class Preview:
    """What the page of the preview shows of a plan."""

    secrets: Shown
    changes: Shown
    only_in_register: Shown
    problems: Shown
    notes: Shown
    gaps: Shown
    people: Shown
    rotations: Shown
    types: Sequence[Addition]
    environments: Sequence[Addition]
    services: Sequence[Addition]
    teams: Sequence[Addition]
    tiles: Sequence[tuple[int, str, str, str]]
    counts: Sequence[tuple[int, str]]
    verb: str
    done: str
    without_owner: int


def preview_of(planned: Plan) -> Preview:
    """Return what the page shows; no query."""
    what = _what(planned)
    return Preview(
        secrets=_shown(planned.new(Secret)),
        changes=_shown(planned.changes),
        only_in_register=_shown(planned.only_in_register),
        problems=_shown(planned.problems),
        notes=_shown(planned.notes),
        gaps=_shown(planned.gaps),
        people=_shown(planned.people),
        rotations=_shown(planned.rotations),
        types=planned.new(SecretType),
        environments=planned.new(Environment),
        services=planned.new(Service),
        teams=planned.new(Team),
        tiles=_tiles(planned),
        counts=counts(planned),
        verb=f"Import {what}",
        done=_done(planned, what),
        without_owner=_without_owner(planned),
    )


def _shown(entries: Sequence[object]) -> Shown:
    return Shown(entries[:MOST_SHOWN], len(entries))


def _what(planned: Plan) -> str:
    secrets, changes = len(planned.new(Secret)), len(planned.changes)
    words = [counted(number, noun) for number, noun in ((secrets, "secret"), (changes, "change")) if number]
    return " and ".join(words) or "the document"


def _done(planned: Plan, what: str) -> str:
    if planned.is_empty:
        return "The register says all of this already."
    gaps = _without_owner(planned)
    return f"Imported {what}." + (f" {counted(gaps, 'new secret')} without an owner." if gaps else "")


def _without_owner(planned: Plan) -> int:
    return sum(isinstance(one.row, Secret) and one.row.owner is None for one in planned.new(Secret))


def _tiles(planned: Plan) -> list[tuple[int, str, str, str]]:
    """Return number, words, the part of the page it leads to, and the tone."""
    without_owner = _without_owner(planned)
    steps = len(planned.new(EscalationStep))
    return [
        (len(planned.new(Secret)), "New secrets", "secrets", ""),
        (len(planned.changes), "Changes", "changes", ""),
        (steps, "New escalation steps", "found", ""),
        (without_owner, "Without an owner", "gaps", "is-warn" if without_owner else ""),
        (len(planned.gaps), "Lines with gaps", "gaps", "is-warn" if planned.gaps else ""),
        (len(planned.problems), "Problems", "problems", "is-bad" if planned.problems else ""),
    ]
