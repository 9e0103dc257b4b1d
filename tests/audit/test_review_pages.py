"""One click reviews what is shown and says how many; what came meanwhile is not reviewed unseen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit import reviewing
from audit.acts import acting
from audit.models import ChangeReview, ChangeSet, User, WaitingReview
from inventory.models import Secret
from tests.audit.review_readers import change, press, reasons
from tests.factories import make_secret, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 7, 14, 12))


def test_nine_are_reviewed_with_one_click(client: Client, read, author: User) -> None:
    for number in range(9):
        change(author, f"Change {number}")

    said = press(client, read(), "Mark 9 as reviewed")

    assert said == "Marked 9 changes as reviewed."
    assert (WaitingReview.objects.count(), ChangeReview.objects.filter(author=author).count()) == (0, 9)


def test_what_came_meanwhile_is_not_reviewed_unseen(client: Client, read, author: User) -> None:
    change(author)
    page = read()
    unseen = change(author, "While they read")

    said = press(client, page, "Mark 1 as reviewed")

    assert (said, WaitingReview.objects.get().change_set) == ("Marked 1 change as reviewed.", unseen)
    assert reasons(read()) == ["While they read"]


def test_ones_own_are_left_out_and_named(client: Client, read, security: User, author: User) -> None:
    for by in (author, security, security, author, author):
        change(by)

    page = read()
    said = press(client, page, "Mark 3 as reviewed")

    assert "2 of these are yours: somebody else reviews them." in page
    assert (said, set(WaitingReview.objects.values_list("author", flat=True))) == (
        "Marked 3 changes as reviewed.",
        {security.pk},
    )


def test_who_is_alone_in_security_is_told_that_a_second_person_is_needed(read, security: User, author: User) -> None:
    change(security)
    with_two = read()
    with acting(actor=None, source="system", reason="Left"):
        User.objects.filter(pk=author.pk).update(is_active=False)

    alone = read()

    words = "You are the only one of the security team: a second person is needed to review what you do."
    assert (words in with_two, words in alone, "as reviewed</button>" in alone) == (False, True, True)


def test_more_than_a_page_can_be_reviewed_at_once_by_its_number(client: Client, read, author: User) -> None:
    for number in range(33):
        change(author, f"Change {number}")
    page = read()

    assert "Mark 30 on this page as reviewed" in page
    assert press(client, page, "Mark all 33 as reviewed") == "Marked 33 changes as reviewed."


def test_all_is_what_was_there_when_the_page_was_made(client: Client, read, author: User) -> None:
    for number in range(33):
        change(author, f"Change {number}")
    page = read()
    unseen = change(author, "While they read")

    said = press(client, page, "Mark all 33 as reviewed")

    assert (said, WaitingReview.objects.get().change_set) == ("Marked 33 changes as reviewed.", unseen)


def test_all_is_refused_where_the_list_is_another_one_now(client: Client, read, author: User, security: User) -> None:
    changes = [change(author, f"Change {number}") for number in range(33)]
    page = read()
    other = make_user(roles=("security",))
    reviewing.review_one(changes[0], by=other, at=NOW)

    said = press(client, page, "Mark all 33 as reviewed")

    assert said == "The list has changed since you saw it, so nothing was marked. Look again."
    assert WaitingReview.objects.filter(author=author).count() == 32


@pytest.mark.parametrize("stamp", ["", "3", "3-x-9", "3-99999999999999999999-9", "-1--1--1"])
def test_a_stamp_that_is_none_marks_nothing(client: Client, read, author: User, stamp: str) -> None:
    change(author)

    answer = client.post("/changes/reviewed/", {"stamp": stamp})

    assert (answer.status_code, WaitingReview.objects.count()) == (302, 1)


def test_numbers_that_are_none_mark_nothing(client: Client, read, author: User) -> None:
    change(author)

    answer = client.post("/changes/reviewed/", {"ids": ["x", "", "9" * 40, "-1"]})

    assert (answer.status_code, WaitingReview.objects.count()) == (302, 1)


def test_the_filters_narrow_what_is_reviewed_and_stay(client: Client, read, author: User) -> None:
    change(author, "Of a secret", make_secret)
    change(author, "Of a team")
    address = "/changes/?view=not_reviewed&kind=contacts.team"

    said = press(client, read(address), "Mark 1 as reviewed")

    assert (said, reasons(read("/changes/?view=not_reviewed"))) == ("Marked 1 change as reviewed.", ["Of a secret"])
    assert client.post("/changes/reviewed/?view=not_reviewed&kind=contacts.team")["Location"] == address


def test_an_objection_is_a_task_of_the_author_and_offers_the_way_back(
    client: Client, read, security: User, owner: Any
) -> None:
    secret = make_secret(name="dev/a/b", owner=owner, purpose="Payments")
    made = change(owner.account, "Shorter", lambda: Secret.objects.filter(pk=secret.pk).update(purpose="Pay"))

    client.post(f"/changes/{made.pk}/object/", {"comment": "It said more before"})
    client.force_login(owner.account)
    home, entry = read("/"), read(f"/changes/{made.pk}/")
    said = press(client, entry, "Take it back")

    assert f"Answer the objection to entry {made.pk}" in home
    assert "Sam Security: “It said more before”" in home
    assert "<dt>Purpose</dt><dd><del>Pay</del> <ins>Payments</ins></dd>" in entry
    counter = ChangeSet.objects.latest("pk")
    assert said == f"Took back entry {made.pk}: entry {counter.pk} is the change that did it."
    assert Secret.objects.get(pk=secret.pk).purpose == "Payments"
    assert "Answer the objection" not in read("/")
    assert f'took it back with <a href="/changes/{counter.pk}/">entry {counter.pk}</a>' in read(f"/changes/{made.pk}/")


def test_an_answer_brings_the_change_back_into_the_queue(client: Client, read, security: User, owner: Any) -> None:
    made = change(owner.account)
    client.post(f"/changes/{made.pk}/object/", {"comment": "Why a new team"})
    client.force_login(owner.account)
    client.post(f"/changes/{made.pk}/answer/", {"comment": "There are two of them now"})
    client.force_login(security)

    page = read("/changes/?view=not_reviewed")

    assert "<q>There are two of them now</q>" in page
    assert press(client, read(f"/changes/{made.pk}/"), "Mark reviewed") == f"Marked entry {made.pk} as reviewed."
    assert "Reviewed by Sam Security" in read(f"/changes/{made.pk}/")


@pytest.mark.parametrize("path", ["object", "answer"])
def test_a_value_in_what_is_said_is_refused_and_forgotten(
    client: Client, read, security: User, author: User, path: str
):
    made = change(author)
    if path == "answer":
        reviewing.object_to(made, by=security, comment="Why", at=NOW)
        client.force_login(author)

    page = client.post(f"/changes/{made.pk}/{path}/", {"comment": "AKIAIOSFODNN7REALKEY"}).content.decode()

    assert ("AKIAIOSFODNN7REALKEY" in page, "This looks like" in page) == (False, True)


def test_words_of_reviewers_cannot_write_markup(read, security: User, author: User) -> None:
    made = change(author)
    reviewing.object_to(made, by=security, comment="<script>alert(1)</script>", at=NOW)

    pages = [read(f"/changes/{made.pk}/"), read("/changes/?marked=objected")]

    assert ["<script>alert" in page for page in pages] == [False, False]
