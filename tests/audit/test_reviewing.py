"""Changes wait until somebody who did not make them has reviewed them; the database itself refuses anything else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit import reviewing
from audit.acts import acting
from audit.models import ChangeAnswer, ChangeReview, ChangeSet, LedgerEntry, User, WaitingReview
from audit.review_states import conversation, states
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 7, 14, 12))


@pytest.fixture
def second(db: None) -> User:
    return make_user(username="sina", first_name="Sina", last_name="Second", roles=("security",))


def change_by(user: User | None) -> ChangeSet:
    source = ChangeSet.Source.WEB if user is not None else ChangeSet.Source.SYSTEM
    with acting(actor=user, source=source, reason="A new team"):
        make_team()
    return ChangeSet.objects.latest("pk")


def mark(by: User, *change_sets: ChangeSet) -> int:
    keys = [change_set.pk for change_set in change_sets]
    return reviewing.mark_reviewed(ChangeSet.objects.filter(pk__in=keys), by=by, at=NOW)


def words_of(change_set: ChangeSet) -> str:
    return states([change_set])[change_set.pk].words


def test_a_change_waits_until_somebody_else_has_reviewed_it(security: User, second: User) -> None:
    change = change_by(security)

    before, own, marked = words_of(change), mark(security, change), mark(second, change)

    assert (before, own, marked, words_of(change)) == ("Waits for review", 0, 1, "Reviewed by Sina Second")
    assert not WaitingReview.objects.filter(change_set=change).exists()


def test_what_the_system_did_waits_too_and_anybody_of_security_reviews_it(security: User) -> None:
    change = change_by(None)

    assert (words_of(change), mark(security, change), words_of(change)) == (
        "Waits for review",
        1,
        "Reviewed by Sam Security",
    )


def test_a_review_says_whose_change_it_was_and_who_reviewed_it_as_they_were_called_then(
    security: User, second: User
) -> None:
    change = change_by(security)
    mark(second, change)
    with acting(actor=None, source="system", reason="Married"):
        User.objects.filter(pk=second.pk).update(last_name="Married")

    review = ChangeReview.objects.get(change_set=change)

    said = (review.author, review.author_name, review.reviewer_name, review.at, review.verdict)
    assert said == (security, "Sam Security", "Sina Second", NOW, "reviewed")


def test_owners_and_auditors_review_nothing(auditor: User, security: User) -> None:
    change = change_by(security)

    with pytest.raises(PermissionDenied):
        mark(auditor, change)
    with pytest.raises(PermissionDenied):
        reviewing.review_one(change, by=auditor, at=NOW)
    with pytest.raises(PermissionDenied):
        reviewing.object_to(change, by=auditor, comment="No", at=NOW)


def test_whoever_lost_the_role_reviews_nothing_and_their_reviews_stay(security: User, second: User) -> None:
    change, later = change_by(security), change_by(security)
    mark(second, change)
    with acting(actor=None, source="system", reason="Another job"):
        second.grants.all().delete()
    demoted = User.objects.get(pk=second.pk)

    with pytest.raises(PermissionDenied):
        mark(demoted, later)
    assert words_of(change) == "Reviewed by Sina Second"


def test_a_second_mark_changes_nothing(security: User, second: User) -> None:
    change = change_by(None)

    assert (mark(security, change), mark(second, change), ChangeReview.objects.count()) == (1, 0, 1)


def row(change: ChangeSet, author: User | None, reviewer: User, **fields: Any) -> ChangeReview:
    said = {"verdict": "reviewed", "reviewer_name": reviewer.name} | fields
    return ChangeReview(change_set=change, author=author, reviewer=reviewer, **said)


def refused(review: ChangeReview) -> bool:
    try:
        with transaction.atomic():
            ChangeReview.objects.bulk_create([review])
    except DatabaseError:
        return True
    return False


def test_the_database_refuses_a_review_of_ones_own_change_however_it_is_written(security: User, second: User) -> None:
    change, system = change_by(security), change_by(None)

    tried = {
        "own": refused(row(change, security, security)),
        "own, author left out": refused(row(change, None, security)),
        "own, author made up": refused(row(change, second, security)),
        "another author named": refused(row(change, second, make_user(roles=("security",)))),
        "an author named for the system": refused(row(system, security, second)),
        "somebody else's": refused(row(change, security, second)),
        "the system's": refused(row(system, None, second)),
    }

    assert [name for name, is_refused in tried.items() if not is_refused] == ["somebody else's", "the system's"]


def test_the_model_says_why_before_the_database_does(security: User, second: User) -> None:
    change = change_by(security)

    with pytest.raises(ValidationError, match="somebody else of the security team reviews it"):
        row(change, security, security).full_clean()
    with pytest.raises(ValidationError, match="Say what is wrong with this change"):
        row(change, security, second, verdict="objected").full_clean()


def test_the_database_refuses_an_objection_without_a_reason(security: User, second: User) -> None:
    assert refused(row(change_by(security), security, second, verdict="objected"))


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_changereview SET comment = 'Fine'", "DELETE FROM audit_changereview"]
)
def test_a_review_is_written_once(security: User, second: User, statement: str) -> None:
    mark(second, change_by(security))

    with pytest.raises(DatabaseError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_reviews_and_answers_are_sealed_into_the_ledger(security: User, second: User) -> None:
    change = change_by(security)
    reviewing.object_to(change, by=second, comment="Not this way", at=NOW)
    reviewing.answer(change, by=security, comment="It is meant", at=NOW)

    sealed = LedgerEntry.objects.filter(table_name__in=["audit_changereview", "audit_changeanswer"])
    assert sorted(sealed.values_list("table_name", flat=True)) == ["audit_changeanswer", "audit_changereview"]


def test_an_objection_waits_for_the_author_until_it_is_answered_and_reviewed(security: User, second: User) -> None:
    change = change_by(security)

    reviewing.object_to(change, by=second, comment="Nobody asked the team", at=NOW)
    objected = words_of(change)
    bulk = mark(second, change)
    reviewing.answer(change, by=security, comment="They agreed on Monday", at=NOW + timedelta(hours=1))
    answered = words_of(change)
    mark(second, change)

    assert (objected, bulk, answered) == ("Objected to by Sina Second", 0, "Answered to Sina Second")
    assert words_of(change) == "Reviewed by Sina Second"
    assert [(said.name, said.did, said.comment) for said in conversation(change)] == [
        ("Sina Second", "objected", "Nobody asked the team"),
        ("Sam Security", "answered", "They agreed on Monday"),
        ("Sina Second", "marked it as reviewed", ""),
    ]


def test_who_objected_can_let_it_be(security: User, second: User) -> None:
    change = change_by(security)
    reviewing.object_to(change, by=second, comment="Nobody asked the team", at=NOW)

    reviewing.review_one(change, by=second, at=NOW)

    assert words_of(change) == "Reviewed by Sina Second"


def test_what_was_reviewed_can_be_objected_to_later(security: User, second: User) -> None:
    change = change_by(security)
    mark(second, change)

    reviewing.object_to(change, by=second, comment="It was too much after all", at=NOW)

    assert words_of(change) == "Objected to by Sina Second"


def test_only_its_author_answers_an_objection_and_for_the_system_security(
    security: User, second: User, auditor: User
) -> None:
    change, system = change_by(security), change_by(None)
    for objected in (change, system):
        reviewing.object_to(objected, by=second, comment="Nobody asked the team", at=NOW)

    for other in (second, auditor):
        with pytest.raises(PermissionDenied):
            reviewing.answer(change, by=other, comment="It is fine", at=NOW)
    reviewing.answer(system, by=security, comment="It is how it begins", at=NOW)

    assert words_of(system) == "Answered to Sina Second"


def test_an_answer_without_an_open_objection_is_refused(security: User) -> None:
    with pytest.raises(ValidationError, match="No objection to this change is open any more"):
        reviewing.answer(change_by(security), by=security, comment="It is fine", at=NOW)


@pytest.mark.parametrize("words", ["", "  "])
def test_objections_and_answers_have_words(security: User, second: User, words: str) -> None:
    change = change_by(security)

    with pytest.raises(ValidationError, match="Say what is wrong"):
        reviewing.object_to(change, by=second, comment=words, at=NOW)
    reviewing.object_to(change, by=second, comment="Not this way", at=NOW)
    with pytest.raises(ValidationError, match="Say why the change is right"):
        reviewing.answer(change, by=security, comment=words, at=NOW)


def test_a_value_is_refused_in_objections_and_answers(security: User, second: User) -> None:
    change = change_by(security)

    with pytest.raises(ValidationError, match="looks like"):
        reviewing.object_to(change, by=second, comment="It was AKIAIOSFODNN7REALKEY", at=NOW)
    reviewing.object_to(change, by=second, comment="Not this way", at=NOW)
    with pytest.raises(ValidationError, match="looks like"):
        reviewing.answer(change, by=security, comment="It was AKIAIOSFODNN7REALKEY", at=NOW)
    assert (ChangeReview.objects.count(), ChangeAnswer.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_what_an_act_adds_after_its_review_waits_again(security: User, second: User) -> None:
    with acting(actor=security, source="web", reason="Two steps"):
        make_team()
        change = ChangeSet.objects.latest("pk")
        mark(second, change)
        make_team()

    assert words_of(change) == "Waits for review"


@pytest.mark.parametrize("number", [1, 3, 20])
def test_reviewing_costs_the_same_however_many(
    security: User, second: User, django_assert_num_queries: Any, number: int
) -> None:
    changes = [change_by(security) for _ in range(number)]

    with django_assert_num_queries(6):
        assert mark(second, *changes) == number
