"""Knows what became of change sets, for pages: whether each waits, who reviewed it, who objected and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Model, QuerySet

from audit.change_reviews import TO_REVIEW, ChangeAnswer, ChangeMark, ChangeReview, WaitingReview
from audit.change_sets import ChangeSet
from audit.weakening import Weakening

State = WaitingReview.State


@dataclass(frozen=True, slots=True)
class ReviewState:
    """What is known of one change set: what it waits for, the last thing said of it, and the answer to an objection."""

    change_set: ChangeSet
    waiting: WaitingReview | None = None
    review: ChangeReview | None = None
    answer: ChangeAnswer | None = None
    weakens: Sequence[str] = ()

    @property
    def author_id(self) -> int | None:
        """Whose change it is; None for the system's."""
        return self.change_set.actor_id

    @property
    def is_to_review(self) -> bool:
        """Whether it is the security team's turn."""
        return self.waiting is not None and self.waiting.state in TO_REVIEW

    @property
    def objection(self) -> ChangeReview | None:
        """The objection that is not settled, answered or not."""
        return self.waiting.objection if self.waiting is not None else None

    @property
    def is_objected(self) -> bool:
        """Whether it is the author's turn."""
        return self.waiting is not None and self.waiting.state == State.OBJECTED

    @property
    def words(self) -> str:
        """What became of it, as it stands on the entry; "" where there is nothing to say."""
        if self.waiting is not None:
            objector = self.objection.reviewer_name if self.objection is not None else ""
            known = {State.OBJECTED: f"Objected to by {objector}", State.ANSWERED: f"Answered to {objector}"}
            return known.get(State(self.waiting.state), "Waits for review")
        if self.answer is not None and self.answer.taken_back_by_id is not None:
            return f"Taken back by {self.answer.author_name}"
        return f"Reviewed by {self.review.reviewer_name}" if self.review is not None else ""

    @property
    def tone(self) -> str:
        """The class of its colour."""
        if self.is_objected:
            return "is-bad"
        return "is-warn" if self.waiting is not None else ""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said of a change: when, by whom, what was done and in which words."""

    at: datetime
    name: str
    did: str
    comment: str
    entry: int | None = None


def states(change_sets: Sequence[ChangeSet]) -> dict[int, ReviewState]:
    """Return what became of each; four queries."""
    keys = [change_set.pk for change_set in change_sets]
    waiting = WaitingReview.objects.filter(pk__in=keys).select_related("objection").in_bulk()
    reviews = {row.change_set_id: row for row in _latest(ChangeReview, keys)}
    answers = {row.change_set_id: row for row in _latest(ChangeAnswer, keys)}
    weakens: dict[int, list[str]] = {key: [] for key in keys}
    marks = ChangeMark.objects.filter(change_set__in=keys, kind=ChangeMark.Kind.WEAKENS).order_by("change_set", "way")
    for key, way in marks.values_list("change_set", "way"):
        weakens[key].append(Weakening(way).label)
    return {
        row.pk: _state(row, waiting.get(row.pk), reviews.get(row.pk), answers.get(row.pk), weakens[row.pk])
        for row in change_sets
    }


def conversation(change_set: ChangeSet) -> list[Said]:
    """Return everything that was said of one change, in the order in which it was said; two queries."""
    verbs = {ChangeReview.Verdict.REVIEWED: "marked it as reviewed", ChangeReview.Verdict.OBJECTED: "objected"}
    answers: dict[int, list[Said]] = {}
    for row in change_set.answers.order_by("pk"):
        did, entry = "took it back" if row.taken_back_by_id else "answered", row.taken_back_by_id
        answers.setdefault(row.objection_id, []).append(Said(row.at, row.author_name, did, row.comment, entry))
    found = []
    for review in change_set.reviews.order_by("pk"):
        did = verbs[ChangeReview.Verdict(review.verdict)]
        found.append(Said(review.at, review.reviewer_name, did, review.comment))
        found.extend(answers.get(review.pk, ()))
    return found


def _state(
    change_set: ChangeSet,
    waiting: WaitingReview | None,
    review: ChangeReview | None,
    answer: ChangeAnswer | None,
    weakens: Sequence[str],
) -> ReviewState:
    """Leave out an answer to an objection that is not the last thing said."""
    counts = answer is not None and review is not None and answer.objection_id == review.pk
    return ReviewState(change_set, waiting, review, answer if counts else None, weakens)


def _latest(model: type[Model], keys: Sequence[int]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.filter(change_set__in=keys)
    newest = rows.order_by().values("change_set").annotate(newest=Max("pk"))
    return model._default_manager.filter(pk__in=newest.values("newest"))
