"""Knows the parts of the change log that are asked for often, how much is in each, and what of it can be reviewed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Max, Q, QuerySet, Sum

from audit.change_reviews import TO_REVIEW, ChangeMark, ChangeReview, WaitingReview
from audit.change_sets import ChangeSet
from audit.changes import VIEWS, Wanted, change_sets, waits_for_review
from audit.changes_form import VIEWS as LABELS
from audit.changes_form import ChangesForm
from audit.models import User
from audit.policies import is_security
from audit.working_days import first_day_on_time

Kind = ChangeMark.Kind


@dataclass(frozen=True, slots=True)
class View:
    """A part of the change log: its name, how many entries it has, and where it is."""

    label: str
    count: int
    query: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ToReview:
    """How much of what is shown `user` can review, how much of it is their own, and a stamp of what exactly it is."""

    count: int
    own: int
    stamp: str


def last_review(user: User) -> ChangeReview | None:
    """Return the review of the newest change that `user` ever reviewed, else that anybody did; two queries at most."""
    newest = ChangeReview.objects.order_by("-change_set_id", "-pk")
    own = newest.filter(reviewer=user).first() if is_security(user) else None
    return own or newest.first()


def bounded(wanted: Wanted, *, last: ChangeReview | None, today: date) -> Wanted:
    """Return `wanted` with what "since the last review" and "overdue" mean today."""
    newer_than = last.change_set_id if last is not None else None
    return replace(wanted, newer_than=newer_than, late_before=first_day_on_time(today))


def counts(wanted: Wanted) -> Mapping[str, int]:
    """Return how many entries each view has with the filters of `wanted`.

    Four small queries without a filter; with one, a single query that looks at each entry once.
    """
    everything = replace(wanted, view="everything")
    if everything == Wanted(view="everything", newer_than=wanted.newer_than, late_before=wanted.late_before):
        return _counts_of_all(everything)
    parts = {view: Count("pk", filter=condition(wanted)) for view, condition in VIEWS.items()}
    return change_sets(everything).order_by().aggregate(everything=Count("pk"), **parts)


def _counts_of_all(everything: Wanted) -> Mapping[str, int]:
    marked = ChangeMark.objects.filter(kind__in=[Kind.OWNERSHIP, Kind.ROTATION]).values("kind").order_by()
    numbers = dict(marked.annotate(count=Count("pk")).values_list("kind", "count"))
    return {
        "since_review": change_sets(replace(everything, view="since_review")).count(),
        "not_reviewed": WaitingReview.objects.filter(state__in=TO_REVIEW).count(),
        "ownership": numbers.get(Kind.OWNERSHIP, 0),
        "rotations": numbers.get(Kind.ROTATION, 0),
        "everything": change_sets(everything).count(),
    }


def views(form: ChangesForm, numbers: Mapping[str, int], current: str) -> Sequence[View]:
    """Return the views with the filters of `form`."""
    return [View(label, numbers[view], form.address_of(view), view == current) for view, label in LABELS]


def to_review(wanted: Wanted, *, by: User, up_to: int | None = None) -> ToReview:
    """Return what `by` can review of all that is `wanted`, up to the entry `up_to`; one query."""
    theirs = Q(actor__isnull=False, actor=by)
    waiting = change_sets(wanted).filter(waits_for_review(wanted)).order_by()
    numbers = (waiting if up_to is None else waiting.filter(pk__lte=up_to)).aggregate(
        count=Count("pk", filter=~theirs),
        own=Count("pk", filter=theirs),
        newest=Max("pk", filter=~theirs),
        sum=Sum("pk", filter=~theirs),
    )
    stamp = f"{numbers['count']}-{numbers['newest']}-{numbers['sum']}"
    return ToReview(numbers["count"], numbers["own"], stamp)


def seen(wanted: Wanted, *, by: User, stamp: str) -> QuerySet[ChangeSet] | None:
    """Return what `by` saw when the page with this `stamp` was made, or None where something else is there now.

    What came after the newest entry of that page is left out.
    """
    newest = stamp.split("-")[1:2]
    if not newest or not newest[0].isdecimal():
        return None
    up_to = int(newest[0])
    is_same = to_review(wanted, by=by, up_to=up_to).stamp == stamp
    return change_sets(wanted).filter(pk__lte=up_to) if is_same else None
