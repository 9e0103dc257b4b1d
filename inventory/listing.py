"""Knows how the list of secrets is cut into pages: by environment, each in the wanted order.

A page begins after a row and not after a number of rows, so the last page costs what the first one does.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, NullIf

from inventory.counts import Counts
from inventory.models import Environment, Secret
from inventory.querysets import SecretQuerySet
from inventory.wanted import Wanted, chosen

PER_PAGE = 50
MOST_ON_ONE = 500
AFTER, BEFORE, ALL = "after-", "before-", "all"
# What an order compares; never NULL, and with the key behind it no two rows are alike.
SORTS: dict[str, Any] = {
    "next": F("urgent_on"),
    "name": F("name"),
    "owner": Coalesce("owner__name", Value("")),
    "type": Coalesce(NullIf("type__short_name", Value("")), "type__name", Value("")),
    "last": Coalesce("last_rotated_on", Value(date.min)),
}
SHOWN = (
    *("environment", "service", "credential_type", "name", "status", "urgent_on", "last_rotated_on", "waived_until"),
    *("next_rotation_on", "owner", "owner__name", "owner__is_active"),
    *("backup_owner", "backup_owner__name", "backup_owner__is_active", "type", "type__name", "type__short_name"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one environment on a page, and how many it has on all pages."""

    environment: Environment
    secrets: Sequence[Secret]
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the secrets that are wanted; `previous` and `next` are the words for the pages beside it, or ""."""

    groups: Sequence[Group]
    total: int
    previous: str
    next: str

    @property
    def shown(self) -> int:
        """How many rows are on this page."""
        return sum(len(group.secrets) for group in self.groups)


@dataclass(frozen=True, slots=True)
class _Bound:
    """The row a page begins beside."""

    pk: int
    environment: str
    key: Any


@dataclass(frozen=True, slots=True)
class _Order:
    """The order in which a page is gathered: the wanted one, or its reverse to find the page before."""

    sort: str
    backwards: bool

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-") != self.backwards

    def rows(self, found: SecretQuerySet) -> SecretQuerySet:
        sign = "-" if self.is_descending else ""
        keyed = found.annotate(key=SORTS[self.sort.removeprefix("-")])
        return keyed.order_by(f"{sign}key", f"{sign}pk")

    def after(self, bound: _Bound) -> Q:
        """Return the condition of the rows behind `bound`; the first part lets an index find the place."""
        side = "lt" if self.is_descending else "gt"
        return Q(**{f"key__{side}e": bound.key}) & (Q(**{f"key__{side}": bound.key}) | Q(**{f"pk__{side}": bound.pk}))


def page_of(wanted: Wanted, *, counts: Counts, at: str = "") -> Page:
    """Return the page at `at`, a word that another page gave, or ALL; the first one where it is unknown.

    At most five queries, and as many rows are read as are shown, but for orders by owner, type and last rotation.
    """
    found = chosen(wanted, today=counts.today).select_related("type", "owner", "backup_owner").only(*SHOWN)
    totals = counts.by_environment(wanted)
    places = {place.code: place for place in environments() if place.code in totals}
    sort = wanted.sort if wanted.sort.removeprefix("-") in SORTS else "next"
    bound = _bound(at, sort, places)
    order = _Order(sort, backwards=bound is not None and at.startswith(BEFORE))
    codes = list(reversed(places)) if order.backwards else list(places)
    room = MOST_ON_ONE if at == ALL else PER_PAGE
    rows, more = _gathered(order.rows(found), codes, totals, bound, order, room)
    if bound is not None and not rows:
        return page_of(wanted, counts=counts)
    if order.backwards:
        rows.reverse()
    groups = [Group(places[code], [row for row in rows if row.environment_id == code], totals[code]) for code in places]
    behind, before = (bound is not None, more) if order.backwards else (more, bound is not None)
    return Page(
        [group for group in groups if group.secrets],
        sum(totals.values()),
        previous=f"{BEFORE}{rows[0].pk}" if rows and before else "",
        next=f"{AFTER}{rows[-1].pk}" if rows and behind else "",
    )


def in_order(wanted: Wanted, *, today: date) -> SecretQuerySet:
    """Return all secrets that are wanted, by environment and then in the wanted order."""
    order = _Order(wanted.sort if wanted.sort.removeprefix("-") in SORTS else "next", backwards=False)
    rows = order.rows(chosen(wanted, today=today))
    return rows.order_by("environment__position", "environment", *rows.query.order_by)


def environments() -> list[Environment]:
    """Return the environments in the order of pages; one query."""
    return list(Environment.objects.order_by("position", "code"))


def _gathered(
    rows: SecretQuerySet,
    codes: Sequence[str],
    totals: dict[str, int],
    bound: _Bound | None,
    order: _Order,
    room: int,
) -> tuple[list[Secret], bool]:
    """Return at most `room` rows, and whether others come behind them.

    A page ends within an environment that fills it, else with the last environment that fits on it as a whole.
    """
    page: list[Secret] = []
    left = list(codes)
    if bound is not None:
        left = left[left.index(bound.environment) :]
        page = list(rows.filter(order.after(bound), environment__code=left.pop(0))[: room + 1])
    elif left and totals[left[0]] > room:
        page = list(rows.filter(environment__code=left.pop(0))[: room + 1])
    if len(page) > room:
        return page[:room], True
    fitting = _fitting(left, totals, room - len(page))
    if not page and not fitting and left:
        return _gathered(rows, left, totals, None, order, room)
    if fitting:
        place = {code: number for number, code in enumerate(fitting)}
        page += sorted(rows.filter(environment__code__in=fitting), key=lambda row: place[row.environment_id])
    return page, len(fitting) < len(left)


def _fitting(codes: Sequence[str], totals: dict[str, int], room: int) -> list[str]:
    """Return the first of `codes` whose secrets fit into `room` together."""
    fitting = []
    for code in codes:
        room -= totals[code]
        if room < 0:
            break
        fitting.append(code)
    return fitting


def _bound(at: str, sort: str, places: Container[str]) -> _Bound | None:
    number = at.removeprefix(AFTER).removeprefix(BEFORE)
    if number == at or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    rows = _Order(sort, backwards=False).rows(Secret.objects.filter(pk=int(number)))
    found = rows.values_list("pk", "environment_id", "key").first()  # type: ignore[misc]
    return _Bound(*found) if found is not None and found[1] in places else None
