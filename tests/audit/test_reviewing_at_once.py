"""Two reviewers at the same moment, each with a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit import reviewing
from audit.acts import acting
from audit.models import ChangeReview, ChangeSet, User, WaitingReview
from tests.factories import make_team, make_user

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that begin together; return what each ended with, in their order."""
    together = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            together.wait(10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


@pytest.fixture
def reviewers(db: None) -> list[User]:
    return [make_user(roles=("security",)) for _ in range(4)]


def changes(author: User, number: int) -> list[int]:
    for _ in range(number):
        with acting(actor=author, source=ChangeSet.Source.WEB, reason="A new team"):
            make_team()
    return list(ChangeSet.objects.filter(actor=author).values_list("pk", flat=True))


def reviewing_all(by: User, keys: list[int]) -> Callable[[], int]:
    return lambda: reviewing.mark_reviewed(ChangeSet.objects.filter(pk__in=keys), by=by, at=timezone.now())


@pytest.mark.parametrize("attempt", range(3))
def test_each_change_is_reviewed_once_and_both_are_told_the_truth(
    security: User, reviewers: list[User], attempt: int
) -> None:
    keys = changes(security, 20)

    marked = at_once(*[reviewing_all(by, keys) for by in reviewers])

    assert (sum(marked), ChangeReview.objects.count()) == (20, 20)
    assert WaitingReview.objects.filter(pk__in=keys).count() == 0


@pytest.mark.parametrize("attempt", range(3))
def test_overlapping_pages_in_opposite_orders_end_without_a_deadlock(
    security: User, reviewers: list[User], attempt: int
) -> None:
    keys = changes(security, 30)

    marked = at_once(reviewing_all(reviewers[0], keys[:20]), reviewing_all(reviewers[1], keys[:9:-1]))

    assert (sum(marked), ChangeReview.objects.count()) == (30, 30)


@pytest.mark.parametrize("attempt", range(3))
def test_an_objection_and_a_review_at_once_leave_both_on_record(
    security: User, reviewers: list[User], attempt: int
) -> None:
    [key] = changes(security, 1)
    change = ChangeSet.objects.get(pk=key)

    at_once(
        reviewing_all(reviewers[0], [key]),
        lambda: reviewing.object_to(change, by=reviewers[1], comment="Not this way", at=timezone.now()),
    )

    verdicts = sorted(ChangeReview.objects.values_list("verdict", flat=True))
    waits = list(WaitingReview.objects.filter(pk=key).values_list("state", flat=True))
    assert (verdicts in (["objected", "reviewed"], ["objected"]), waits) == (True, ["objected"])
