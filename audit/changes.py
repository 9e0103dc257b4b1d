"""Knows how the change log reads: which change sets are wanted, and their rows in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from audit.models import ChangeRow, ChangeSet

ROWS_SHOWN = 5
_VERBS = {"+": "added", "~": "changed", "-": "removed"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see of the change log; None and "" are no restriction."""

    text: str = ""
    actor: int | None = None
    source: str = ""
    model: str = ""
    object_id: str = ""
    first_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One change set with its first rows and the number of all of them."""

    change_set: ChangeSet
    rows: Sequence[ChangeRow]
    count: int

    @property
    def day(self) -> date:
        """The day of the change in the register's time zone."""
        return timezone.localdate(self.change_set.at)

    @property
    def verb(self) -> str:
        """What was done, in one verb."""
        verbs = {verb_of(row) for row in self.rows}
        return verbs.pop() if len(verbs) == 1 else "changed"

    @property
    def several(self) -> str:
        """The number and kind of what was touched, such as "4 secrets"."""
        models = {row.model for row in self.rows}
        return f"{self.count} {plural_of(models.pop())}" if len(models) == 1 else f"{self.count} entries"

    @property
    def hidden(self) -> int:
        """How many rows are not among the first ones."""
        return self.count - len(self.rows)


def change_sets(wanted: Wanted) -> QuerySet[ChangeSet]:
    """Return the change sets that match, newest first."""
    found = ChangeSet.objects.filter(**_restrictions(wanted))
    rows = _rows(wanted)
    if rows is not None:
        found = found.filter(Exists(rows.filter(change_set=OuterRef("pk"))))
    if wanted.text:
        named = ChangeRow.objects.filter(change_set=OuterRef("pk"), object_text__icontains=wanted.text)
        words = Q(reason__icontains=wanted.text) | Q(actor_name__icontains=wanted.text)
        found = found.filter(words | Exists(named))
    return found.order_by("-at", "-pk")


def entries(page: Iterable[ChangeSet], *, wanted: Wanted | None = None) -> list[Entry]:
    """Return the entries of `page` with the first rows of each; two queries, however many rows there are.

    Where `wanted` names a kind or one object, its rows stand before the others.
    """
    sets = list(page)
    rows = ChangeRow.objects.filter(change_set__in=sets)
    counts = dict(rows.order_by().values_list("change_set").annotate(Count("pk")))
    first = Window(RowNumber(), partition_by="change_set_id", order_by=_order(wanted))
    shown: dict[int, list[ChangeRow]] = {}
    for row in rows.annotate(number=first).filter(number__lte=ROWS_SHOWN).order_by("change_set_id", "number"):
        shown.setdefault(row.change_set_id, []).append(row)
    return [Entry(item, shown.get(item.pk, []), counts.get(item.pk, 0)) for item in sets]


def kinds() -> dict[str, str]:
    """Return the names of what can change, by the label of its model, in the order of the alphabet; one query."""
    labels = ChangeRow.objects.order_by("model").values_list("model", flat=True).distinct()
    return dict(sorted(((label, plural_of(label)) for label in labels), key=lambda pair: pair[1]))


def actors() -> list[tuple[int, str]]:
    """Return those who ever changed something, by the name they go by today; one query."""
    names = ChangeSet.objects.filter(actor__isnull=False).order_by("actor_name").values_list("actor_id", "actor_name")
    return sorted(dict(names.distinct()).items(), key=lambda pair: pair[1])


def verb_of(row: ChangeRow) -> str:
    """Return what was done to a row, in one verb."""
    return _VERBS.get(row.change_type, "changed")


def singular_of(label: str) -> str:
    """Return what one row of the model is called, also where the model is gone."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label.partition(".")[2]


def plural_of(label: str) -> str:
    """Return what several rows of the model are called, also where the model is gone."""
    try:
        return str(apps.get_model(label)._meta.verbose_name_plural)
    except LookupError:
        return f"{label.partition('.')[2]} entries"


def _restrictions(wanted: Wanted) -> Mapping[str, object]:
    found: dict[str, object] = {}
    if wanted.actor is not None:
        found["actor_id"] = wanted.actor
    if wanted.source:
        found["source"] = wanted.source
    if wanted.first_on:
        found["at__gte"] = _midnight(wanted.first_on)
    if wanted.last_on:
        found["at__lt"] = _midnight(wanted.last_on + timedelta(days=1))
    return found


def _rows(wanted: Wanted) -> QuerySet[ChangeRow] | None:
    if not wanted.model:
        return None
    rows = ChangeRow.objects.filter(model=wanted.model)
    return rows.filter(object_id=wanted.object_id) if wanted.object_id else rows


def _order(wanted: Wanted | None) -> list[Any]:
    if wanted is None or not wanted.model:
        return [F("pk").asc()]
    sought = Q(model=wanted.model)
    if wanted.object_id:
        sought &= Q(object_id=wanted.object_id)
    return [Case(When(sought, then=Value(0)), default=Value(1)).asc(), F("pk").asc()]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
