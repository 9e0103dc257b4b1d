"""What is done about changes: marking them reviewed, objecting, answering. The one place that moves the queue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from audit.change_reviews import TO_REVIEW, ChangeAnswer, ChangeReview, WaitingReview
from audit.change_sets import ChangeSet
from audit.models import User
from audit.policies import is_security, may_answer, may_object, may_review
from audit.validators import refuse_values

CHUNK = 500
Verdict, State = ChangeReview.Verdict, WaitingReview.State


def mark_reviewed(found: QuerySet[ChangeSet], *, by: User, at: datetime) -> int:
    """Mark those of `found` that wait for review as reviewed, and return how many.

    Those of `by` are left out, and so is what somebody else reviewed a moment ago or objected to. The number of
    queries grows by chunks of 500. Raises PermissionDenied unless `by` is of the security team.
    """
    if not is_security(by):
        raise PermissionDenied("Changes are reviewed by the security team.")
    with transaction.atomic():
        wanted = WaitingReview.objects.filter(state__in=TO_REVIEW, change_set__in=found.order_by().values("pk"))
        waiting = [row for row in _locked(wanted) if row.author_id != by.pk]
        _settle(waiting, by=by, at=at)
        return len(waiting)


def review_one(change_set: ChangeSet, *, by: User, at: datetime) -> None:
    """Mark `change_set` as reviewed, an objection to it being withdrawn or answered; once more changes nothing.

    Raises PermissionDenied where `by` may not review it.
    """
    if not may_review(by, change_set):
        raise PermissionDenied(f"{change_set} is not yours to review.")
    with transaction.atomic():
        _settle(_locked(WaitingReview.objects.filter(change_set=change_set)), by=by, at=at)


def object_to(change_set: ChangeSet, *, by: User, comment: str, at: datetime) -> ChangeReview:
    """Keep that `by` objects, whatever was said before; it becomes a task of the author.

    Raises PermissionDenied where `by` may not, ValidationError where the reason is missing or looks like a value.
    """
    if not may_object(by, change_set):
        raise PermissionDenied(f"{change_set} is not yours to object to.")
    with transaction.atomic():
        objection = _review(change_set, by=by, at=at, verdict=Verdict.OBJECTED, comment=_words(comment))
        objection.full_clean(exclude=["change_set", "author", "reviewer"])
        objection.save()
        queued = {"author_id": change_set.actor_id, "at": change_set.at}
        waits = {"state": State.OBJECTED, "objection": objection}
        WaitingReview.objects.update_or_create(change_set=change_set, defaults=waits, create_defaults=queued | waits)
        return objection


def answer(change_set: ChangeSet, *, by: User, comment: str, at: datetime) -> ChangeAnswer:
    """Keep the author's words about the objection; the change waits for review again.

    Raises PermissionDenied where `by` may not, ValidationError where there are no words, they look like a value, or
    no objection is open any more.
    """
    if not may_answer(by, change_set):
        raise PermissionDenied(f"{change_set} is not yours to answer for.")
    with transaction.atomic():
        waiting = open_objection(change_set)
        said = _answer(waiting, by=by, at=at, comment=_words(comment))
        waiting.state = State.ANSWERED
        waiting.save(update_fields=["state"])
        return said


def settle_with(waiting: WaitingReview, *, counter: ChangeSet, by: User, at: datetime) -> ChangeAnswer:
    """Keep that the change was taken back by `counter`, which ends the objection; the caller holds the lock."""
    said = _answer(waiting, by=by, at=at, taken_back_by=counter)
    waiting.delete()
    return said


def open_objection(change_set: ChangeSet) -> WaitingReview:
    """Return what waits for the author of `change_set`, locked; raises ValidationError where nothing does."""
    found = _locked(WaitingReview.objects.filter(change_set=change_set, state=State.OBJECTED))
    if not found:
        raise ValidationError("No objection to this change is open any more. Look at the entry again.", code="settled")
    return found[0]


def _locked(waiting: QuerySet[WaitingReview]) -> list[WaitingReview]:
    """Return the rows, locked: a second reviewer waits here, and then finds them gone."""
    rows = waiting.select_for_update(of=("self",)).select_related("change_set", "objection")
    return list(rows.order_by("pk"))


def _settle(waiting: Sequence[WaitingReview], *, by: User, at: datetime) -> None:
    reviews = [_review(row.change_set, by=by, at=at, verdict=Verdict.REVIEWED) for row in waiting]
    ChangeReview.objects.bulk_create(reviews, batch_size=CHUNK)
    for keys in _chunks([row.pk for row in waiting]):
        WaitingReview.objects.filter(pk__in=keys).delete()


def _review(change_set: ChangeSet, *, by: User, at: datetime, verdict: str, comment: str = "") -> ChangeReview:
    return ChangeReview(
        change_set=change_set,
        author_id=change_set.actor_id,
        author_name=change_set.actor_name,
        reviewer=by,
        reviewer_name=by.name,
        at=at,
        verdict=verdict,
        comment=comment,
    )


def _answer(
    waiting: WaitingReview, *, by: User, at: datetime, comment: str = "", taken_back_by: ChangeSet | None = None
) -> ChangeAnswer:
    said = ChangeAnswer(
        change_set_id=waiting.pk,
        objection=waiting.objection,
        author=by,
        author_name=by.name,
        at=at,
        comment=comment,
        taken_back_by=taken_back_by,
    )
    said.full_clean(exclude=["change_set", "objection", "author"])
    said.save()
    return said


def _words(comment: str) -> str:
    words = comment.strip()
    refuse_values(words)
    return words


def _chunks(keys: Sequence[int]) -> Iterator[Iterable[int]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
