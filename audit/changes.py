"""Knows how the change log reads: which change sets are wanted, and their rows in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit import entry_rows
from audit.change_reviews import TO_REVIEW, ChangeMark, WaitingReview
from audit.entry_rows import Sought
from audit.headlines import Headline, headline, plural_of, verb_of
from audit.models import ChangeRow, ChangeSet, User
from audit.tracked import tracked_models


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
    view: str = ""
    marked: str = ""
    # What "since the last review" and "overdue" mean at the moment; see audit.change_views.
    newer_than: int | None = None
    late_before: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One change set with its first rows, and how many it has of each model and type of change."""

    change_set: ChangeSet
    rows: Sequence[ChangeRow]
    counts: Mapping[tuple[str, str], int]

    @property
    def day(self) -> date:
        """The day of the change in the register's time zone."""
        return timezone.localdate(self.change_set.at)

    @property
    def count(self) -> int:
        """The number of all its rows."""
        return sum(self.counts.values())

    @property
    def hidden(self) -> int:
        """How many rows are not among the first ones."""
        return self.count - len(self.rows)

    @property
    def verb(self) -> str:
        """What was done to the rows that are shown, in one verb."""
        verbs = {verb_of(row) for row in self.rows}
        return verbs.pop() if len(verbs) == 1 else "changed"

    @property
    def several(self) -> str:
        """The number and kind of what was touched, such as "4 secrets"."""
        models = {model for model, _ in self.counts}
        return f"{self.count} {plural_of(models.pop())}" if len(models) == 1 else f"{self.count} rows"

    @property
    def headline(self) -> Headline | None:
        """What was done, in one sentence; None where no row was changed."""
        return headline(self.rows, self.counts)


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
    for condition in (VIEWS.get(wanted.view), MARKED.get(wanted.marked)):
        found = found.filter(condition(wanted)) if condition is not None else found
    return found.order_by("-at", "-pk")


def entries(page: Iterable[ChangeSet], *, wanted: Wanted | None = None) -> list[Entry]:
    """Return the entries of `page` with the first rows of each; two queries, three where one is very large.

    What an entry is about stands before its other rows; where `wanted` names a kind or one object, that is it.
    """
    sets = list(page)
    counts = entry_rows.counted([item.pk for item in sets])
    sought = Sought(wanted.model, wanted.object_id) if wanted is not None else Sought()
    shown = entry_rows.first_rows(counts, sought)
    return [Entry(item, shown[item.pk], counts[item.pk]) for item in sets]


def kinds() -> dict[str, str]:
    """Return the names of what can change, by the label of its model, in the order of the alphabet; no query."""
    labels = [model._meta.label_lower for model in tracked_models()]
    return dict(sorted(((label, plural_of(label)) for label in labels), key=lambda pair: pair[1].lower()))


def actors() -> list[tuple[int, str]]:
    """Return those who ever changed something, by the name they go by today; one query."""
    acted = ChangeSet.objects.filter(actor=OuterRef("pk"))
    return sorted(((user.pk, user.name) for user in User.objects.filter(Exists(acted))), key=lambda pair: pair[1])


def _restrictions(wanted: Wanted) -> Mapping[str, object]:
    found: dict[str, object] = {}
    if wanted.actor is not None:
        found["actor_id"] = wanted.actor
    if wanted.source:
        found["source"] = wanted.source
    if wanted.first_on:
        found["at__gte"] = midnight(wanted.first_on)
    if wanted.last_on:
        found["at__lt"] = midnight(wanted.last_on + timedelta(days=1))
    return found


def _rows(wanted: Wanted) -> QuerySet[ChangeRow] | None:
    if not wanted.model:
        return None
    rows = ChangeRow.objects.filter(model=wanted.model)
    return rows.filter(object_id=wanted.object_id) if wanted.object_id else rows


def midnight(day: date) -> datetime:
    """Return the instant at which `day` begins in the register's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def waits_for_review(wanted: Wanted) -> Q:
    """Return the condition of change sets that the security team has not dealt with."""
    return Q(waiting__state__in=TO_REVIEW)


def _is_marked(kind: str) -> Callable[[Wanted], Q]:
    def condition(wanted: Wanted) -> Q:
        return Q(pk__in=ChangeMark.objects.filter(kind=kind).values("change_set"))

    return condition


def _is_newer(wanted: Wanted) -> Q:
    return Q(pk__gt=wanted.newer_than) if wanted.newer_than is not None else Q()


def _is_overdue(wanted: Wanted) -> Q:
    if wanted.late_before is None:
        return Q(pk__in=[])
    production = ChangeMark.objects.filter(kind=ChangeMark.Kind.PRODUCTION)
    waits = Q(waiting__state__in=TO_REVIEW, waiting__at__lt=midnight(wanted.late_before))
    return waits & Q(pk__in=production.values("change_set"))


def _is_objected(wanted: Wanted) -> Q:
    return Q(waiting__state=WaitingReview.State.OBJECTED)


# The parts of the change log, and what can be marked on an entry: what is in them.
VIEWS: dict[str, Callable[[Wanted], Q]] = {
    "since_review": _is_newer,
    "not_reviewed": waits_for_review,
    "ownership": _is_marked(ChangeMark.Kind.OWNERSHIP),
    "rotations": _is_marked(ChangeMark.Kind.ROTATION),
}
MARKED: dict[str, Callable[[Wanted], Q]] = {
    "weakens": _is_marked(ChangeMark.Kind.WEAKENS),
    "production": _is_marked(ChangeMark.Kind.PRODUCTION),
    "overdue": _is_overdue,
    "objected": _is_objected,
}
