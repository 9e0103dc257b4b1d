"""Knows what was at the end of a day: how far the record reached, and the tracked rows as they were then.

The order of the record decides, never its dates: what stands before an entry of that day was true on that day, so a
clock that steps back shows no older state, and rows of one instant have an order.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import GeneratedField, Max, QuerySet
from django.utils import timezone

from audit.change_sets import ChangeRow
from audit.history import history_of
from audit.ledger.entries import LedgerEntry
from audit.tracked import Tracked

Row = TypeVar("Row", bound=Tracked)
# Earlier days end before anything was recorded, and may lie before the first instant that can be written in UTC.
EARLIEST = date(1900, 1, 1)


def end_of(day: date, zone: ZoneInfo | None = None) -> datetime:
    """Return the first instant after `day` in `zone`, the register's without one; in UTC.

    Where the clocks of that night skip midnight it is the instant they skip it, where they repeat it the first one.
    `day` is before 9999-12-31; one before 1900 ends with the year 1899.
    """
    following = max(day, EARLIEST - timedelta(days=1)) + timedelta(days=1)
    midnight = datetime.combine(following, time.min, zone or timezone.get_default_timezone())
    return midnight.astimezone(UTC)


def cut_at(moment: datetime) -> int:
    """Return the number of the last entry of the ledger sealed before `moment`, 0 without one; one query.

    Every entry up to it counts, whatever its own date.
    """
    return LedgerEntry.objects.filter(at__lt=moment).aggregate(last=Max("seq"))["last"] or 0


def entries_until(cut: int) -> QuerySet[ChangeRow]:
    """Return the lines of the change log that count at `cut`; what was sealed later was not there yet."""
    sealed = LedgerEntry.objects.filter(table_name=ChangeRow._meta.db_table, seq__lte=cut)
    return ChangeRow.objects.filter(pk__in=sealed.values("row_key"))


class Past:
    """The tracked rows at the end of a day, each read once: one query for the cut and one for each model.

    Rows are objects of their own models that refer to each other as they did then; they are for reading only.
    """

    def __init__(self, day: date, *, cut: int | None = None) -> None:
        """Choose the end of `day`; `cut` is one that was found before, None where it is to be looked up."""
        self.day = day
        self.moment = end_of(day)
        self.cut = cut_at(self.moment) if cut is None else cut
        self._known: dict[type[Tracked], dict[Any, Any]] = {}

    def entries(self) -> QuerySet[ChangeRow]:
        """Return the lines of the change log that were written by then."""
        return entries_until(self.cut)

    def versions(self, model: type[Tracked]) -> QuerySet[Any]:
        """Return all history rows of `model` that were written by then, in the order of writing."""
        written = self._entries_of(model).values("history_id")
        return _rows_of(model).filter(history_id__in=written).order_by("history_id")

    def history(self, model: type[Tracked]) -> QuerySet[Any]:
        """Return the history row that was the newest of each row of `model`, those of removed rows left out."""
        newest = self._entries_of(model).order_by().values("object_id").annotate(newest=Max("history_id"))
        return _rows_of(model).filter(history_id__in=newest.values("newest")).exclude(history_type="-")

    def rows(self, model: type[Row]) -> Mapping[Any, Row]:
        """Return every row of `model` by its key, in the order of keys."""
        if model not in self._known:
            read = self._read(model, self.history(model))
            self._known[model] = {row.pk: row for row in read}
            self._link(model, read)
        return self._known[model]

    def some(self, model: type[Row], *, apart: Container[str] = (), **conditions: Any) -> list[Row]:
        """Return the rows of `model` that fulfil `conditions` on their own columns, in the order of keys.

        What they refer to in the columns `apart` is for the caller to put there, so that not all of it is read.
        """
        read = self._read(model, self.history(model).filter(**conditions))
        self._link(model, read, apart)
        return read

    def _entries_of(self, model: type[Tracked]) -> QuerySet[ChangeRow]:
        return self.entries().filter(model=model._meta.label_lower)

    def _read(self, model: type[Row], history: QuerySet[Any]) -> list[Row]:
        """Return rows of `model` made from their history; what is worked out by the database is worked out again."""
        kept = {field.attname for field in history_of(model).tracked_fields}
        columns = model._meta.concrete_fields
        derived = {
            field.attname: field.expression  # type: ignore[attr-defined]
            for field in columns
            if isinstance(field, GeneratedField) and field.attname not in kept
        }
        names = [field.attname for field in columns if field.attname in kept | derived.keys()]
        rows = history.annotate(**derived).order_by(model._meta.pk.attname).values_list(*names)
        if len(names) == len(columns):
            return [model(*values) for values in rows]
        rest = [None if field.attname in names else field.get_default() for field in columns]
        places = [names.index(field.attname) if field.attname in names else None for field in columns]
        found = list(zip(places, rest, strict=True))
        return [model(*(values[at] if at is not None else other for at, other in found)) for values in rows]

    def _link(self, model: type[Tracked], rows: Sequence[Any], apart: Container[str] = ()) -> None:
        """Let `rows` refer to rows of the same moment; one whose history is missing is referred to by key alone."""
        for field in model._meta.concrete_fields:
            related = field.related_model
            if field.name in apart or not isinstance(related, type) or not issubclass(related, Tracked):
                continue
            target = field.target_field.attname  # type: ignore[attr-defined]
            known = _by(target, self.rows(related).values())
            for row in rows:
                key = getattr(row, field.attname)
                if key is not None:
                    row._state.fields_cache[field.name] = known.get(key) or related(**{target: key})


def _by(column: str, rows: Iterable[Tracked]) -> dict[Any, Tracked]:
    return {getattr(row, column): row for row in rows}


def _rows_of(model: type[Tracked]) -> QuerySet[Any]:
    rows: QuerySet[Any] = history_of(model).objects.all()
    return rows
