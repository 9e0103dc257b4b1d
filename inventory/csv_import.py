"""Takes over a table of secrets: first what would change and what is wrong, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from audit.acts import allow_values, because, current_act
from audit.models import ChangeSet, User
from inventory import csv_in
from inventory.models import Secret
from inventory.policies import may_administer_inventory
from inventory.resources import TEXTS, SecretResource


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line cannot be taken over; without a line it is the whole table."""

    words: str
    line: int | None = None
    column: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A secret that is new or differs, and in what: label, before and after."""

    name: str
    is_new: bool
    differences: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a table changes, or would change; with problems it is nothing."""

    changes: Sequence[Change] = ()
    unchanged: int = 0
    problems: Sequence[Problem] = ()
    unknown_columns: Sequence[str] = ()
    holds_value: bool = False
    # Whether some of what looks like a value was only guessed to be one, so that security may say that it is none.
    may_be_no_value: bool = False


def import_csv(text: str, *, by: User, reason: str, dry_run: bool, no_value_because: str = "") -> Outcome:
    """Take over the table in `text` in one change set, unless a row of it is wrong; a dry run writes nothing.

    `no_value_because` lets cells stay that only resemble values, and stands in the change log with their fields.
    Raises PermissionDenied where `by` may not import.
    """
    if not may_administer_inventory(by):
        raise PermissionDenied
    leaks = list(csv_in.values(text))
    guessed = {column for _, column, refusal in leaks if refusal.kind == "heuristic" and column in TEXTS}
    if no_value_because and guessed:
        allow_values(no_value_because, {f"{Secret._meta.label_lower}.{column}" for column in guessed})
        leaks = [leak for leak in leaks if leak[1] not in guessed or leak[2].kind == "certain"]
    if leaks:
        problems = [Problem(refusal.message, line, column) for line, column, refusal in leaks]
        return Outcome(problems=problems, holds_value=True, may_be_no_value=bool(guessed))
    try:
        table = csv_in.read(text)
    except ValidationError as error:
        return Outcome(problems=[Problem(words) for words in error.messages])
    because(reason)
    current_act().source = ChangeSet.Source.IMPORT
    resource = SecretResource()
    result = resource.import_data(table.rows, dry_run=dry_run, rollback_on_validation_errors=True)
    problems = list(_problems(result, table.lines))
    if problems:
        return Outcome(problems=problems, unknown_columns=table.unknown)
    rows = [row for row in result.rows if row.is_new() or row.is_update()]
    changes = [Change(str(row.instance), row.is_new(), resource.changes[str(row.instance)]) for row in rows]
    return Outcome(changes, len(table.lines) - len(changes), unknown_columns=table.unknown)


def _problems(result: Any, lines: Sequence[int]) -> Iterator[Problem]:
    """Return the problems by line; what no rule foresaw without the words of the error, which may repeat a cell."""
    yield from (Problem("The table could not be read.") for _ in result.base_errors)
    found = [(row.number, row.error_dict) for row in result.invalid_rows]
    found += [(row.number, {"": ["This line could not be taken over."]}) for row in result.error_rows]
    for number, by_column in sorted(found, key=lambda pair: pair[0]):
        yield from _problems_of(by_column, lines[number - 1])


def _problems_of(by_column: Mapping[str, Sequence[str]], line: int) -> Iterator[Problem]:
    for column, errors in by_column.items():
        for words in errors:
            yield Problem(words, line, "" if column.startswith("__") else column)
