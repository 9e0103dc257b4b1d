"""Knows which rows of change sets are read to tell of them, so that a very large one costs no more than a small one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from audit.headlines import PARTS, SUBJECTS
from audit.models import ChangeRow

ROWS_SHOWN = 5
# Of change sets with more rows the first ones are looked up by index instead of being numbered.
LARGE = 200
Counts = Mapping[tuple[str, str], int]  # of rows, by model and type of change


@dataclass(frozen=True, slots=True)
class Sought:
    """The kind of rows, or the one row, that somebody looks for; "" is no restriction."""

    model: str = ""
    object_id: str = ""

    @property
    def condition(self) -> Q:
        """What a row fulfils that is looked for; of no use without a model."""
        return Q(model=self.model, object_id=self.object_id) if self.object_id else Q(model=self.model)

    def names(self, row: ChangeRow) -> bool:
        """Return whether `row` is looked for."""
        return bool(self.model) and row.model == self.model and self.object_id in ("", row.object_id)


def counted(keys: Sequence[int]) -> dict[int, dict[tuple[str, str], int]]:
    """Return how many rows each change set has, by model and type of change; one query, from an index alone."""
    found: dict[int, dict[tuple[str, str], int]] = {key: {} for key in keys}
    rows = ChangeRow.objects.filter(change_set__in=keys).order_by()
    grouped = rows.values_list("change_set_id", "model", "change_type").annotate(count=Count("pk"))
    for key, model, change_type, count in grouped:
        found[key][model, change_type] = count
    return found


def first_rows(counts: Mapping[int, Counts], sought: Sought) -> dict[int, list[ChangeRow]]:
    """Return the first rows of each change set, those that `sought` names before those that it is about otherwise.

    One query, and one more where there are large change sets.
    """
    large = [key for key, numbers in counts.items() if sum(numbers.values()) > LARGE]
    found: dict[int, list[ChangeRow]] = {key: [] for key in counts}
    for row in _of_small([key for key in counts if key not in large], sought):
        found[row.change_set_id].append(row)
    return found | _of_large({key: counts[key] for key in large}, sought)


def _of_small(keys: Sequence[int], sought: Sought) -> QuerySet[ChangeRow]:
    first = Window(RowNumber(), partition_by="change_set_id", order_by=_order(sought))
    rows = ChangeRow.objects.filter(change_set__in=keys).annotate(number=first)
    return rows.filter(number__lte=ROWS_SHOWN).order_by("change_set_id", "number")


def _of_large(counts: Mapping[int, Counts], sought: Sought) -> dict[int, list[ChangeRow]]:
    parts = [part for key, numbers in counts.items() for part in _parts_of(key, numbers, sought)]
    found: dict[int, dict[int, ChangeRow]] = {key: {} for key in counts}
    if parts:
        # Each part is cut within a subquery: SQLite cuts no members of a union.
        first, *others = [ChangeRow.objects.filter(pk__in=part.values("pk")) for part in parts]
        for row in first.union(*others, all=True):
            found[row.change_set_id][row.pk] = row
    return {
        key: sorted(rows.values(), key=lambda row: (not sought.names(row), _rank(row.model), row.pk))[:ROWS_SHOWN]
        for key, rows in found.items()
    }


def _parts_of(key: int, counts: Counts, sought: Sought) -> Iterator[QuerySet[ChangeRow]]:
    """Yield the rows that may be among the first ones of a change set, a few for each reason."""
    own = ChangeRow.objects.filter(change_set=key)
    if sought.model:
        yield own.filter(sought.condition).order_by("change_type", "pk")[:ROWS_SHOWN]
    left = ROWS_SHOWN
    for model in sorted({model for model, _ in counts}, key=_rank):
        if left <= 0:
            return
        yield own.filter(model=model).order_by("change_type", "pk")[:ROWS_SHOWN]
        left -= sum(count for (label, _), count in counts.items() if label == model)


def _order(sought: Sought) -> list[Any]:
    rank = [When(model=label, then=Value(place)) for place, label in enumerate(SUBJECTS)]
    rank += [When(model__in=PARTS, then=Value(len(SUBJECTS) + 1))]
    order: list[Any] = [Case(*rank, default=Value(len(SUBJECTS))).asc(), F("pk").asc()]
    if not sought.model:
        return order
    return [Case(When(sought.condition, then=Value(0)), default=Value(1)).asc(), *order]


def _rank(model: str) -> int:
    if model in SUBJECTS:
        return SUBJECTS.index(model)
    return len(SUBJECTS) + (model in PARTS)
