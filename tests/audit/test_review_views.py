"""The views of the change log, how many each holds, and what is overdue."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit import reviewing
from audit.acts import acting
from audit.ledger.head import head
from audit.models import ChangeSet, RoleGrant, User
from inventory.models import Secret
from tests.audit.review_readers import change, reasons, views
from tests.factories import make_secret, make_team, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 7, 14, 12))


def test_each_view_holds_what_it_says_and_says_how_many(read, author: User, owner: Any) -> None:
    with acting(actor=None, source="system", reason="Before"):
        secret = make_secret(name="dev/a/b")
    reviewing.mark_reviewed(ChangeSet.objects.all(), by=author, at=NOW)
    for reason, values in (
        ("Hers now", {"owner": owner}),
        ("Later", {"next_rotation_on": NOW.date(), "next_rotation_reason": "Agreed"}),
        ("Described", {"purpose": "Payments"}),
    ):
        change(author, reason, lambda values=values: Secret.objects.filter(pk=secret.pk).update(**values))

    shown = {view: reasons(read(f"/changes/?view={view}")) for view in ("ownership", "rotations", "not_reviewed")}

    assert shown == {
        "ownership": ["Hers now"],
        "rotations": ["Later"],
        "not_reviewed": ["Described", "Later", "Hers now"],
    }
    assert list(views(read("/changes/?view=ownership")).items())[1:] == [
        ("Not reviewed", 3),
        ("Ownership", 2),  # the other one gave the owner an account
        ("Rotations", 1),
        ("Everything", ChangeSet.objects.count()),
    ]


def test_the_numbers_of_the_views_follow_the_filters(read, author: User) -> None:
    change(author, "Of a secret", lambda: make_secret(name="dev/a/b"))
    change(author, "Of a team")

    page = read(f"/changes/?view=not_reviewed&who={author.pk}&kind=contacts.team")

    assert views(page) == {
        "Since last review": 1,
        "Not reviewed": 1,
        "Ownership": 0,
        "Rotations": 0,
        "Everything": 1,
    }
    assert f'href="?who={author.pk}&amp;kind=contacts.team&amp;view=ownership"' in page


def test_without_a_wish_the_page_begins_after_the_readers_own_last_review(
    client: Client, read, security: User, author: User, auditor: User
) -> None:
    first = change(author, "First")
    reviewing.review_one(first, by=security, at=NOW)
    change(author, "Second")
    other = make_user(username="third", roles=("security",))
    reviewing.mark_reviewed(ChangeSet.objects.filter(reason="Second"), by=other, at=NOW)
    change(author, "Third")

    own = reasons(read())
    client.force_login(auditor)
    of_any = reasons(client.get("/changes/").content.decode())

    assert (own, of_any) == (["Third", "Second"], ["Third"])


def test_an_address_with_a_filter_shows_everything_it_asks_for(read, author: User, security: User) -> None:
    old = change(author, "Old")
    reviewing.review_one(old, by=security, at=NOW)

    assert reasons(read(f"/changes/?who={author.pk}")) == ["Old"]


def test_what_weakens_control_is_marked_and_can_be_asked_for(read, author: User) -> None:
    change(author, "He joins us", lambda: RoleGrant.objects.create(user=author, role="owner"))
    change(author, "A team")

    page = read("/changes/?marked=weakens")

    assert reasons(page)[:1] == ["He joins us"]
    assert re.search(r"Weakens control</span> <span class=\"small\">Access was given</span>", page)
    assert "Only: Weakens control" in page


def late_change(author: User, settings: Any) -> ChangeSet:
    settings.DEMO = True
    at = timezone.now() - timedelta(days=8)
    with acting(actor=author, source="web", reason="Long ago", at=at):
        make_secret(name="prod/a/late")
        make_team()
    with acting(actor=author, source="web", reason="Elsewhere", at=at):
        make_team()
    return ChangeSet.objects.get(reason="Long ago")


def test_changes_to_production_are_overdue_after_two_working_days(
    client: Client, read, author: User, owner: Any, settings
) -> None:
    late_change(author, settings)
    on = timezone.localdate() - timedelta(days=8)

    page, home, asked = read(), read("/"), read("/changes/?view=not_reviewed&marked=overdue")
    client.force_login(owner.account)
    of_owner = read("/changes/"), read("/")

    assert "1 change to production is overdue for review." in page
    assert f'Oldest waits since <time datetime="{on}">{on}</time>, 8 days' in home
    assert 'href="/changes/?view=not_reviewed&amp;marked=overdue">1 to production is overdue</a>' in home
    assert reasons(asked) == ["Long ago"]
    assert ["overdue" in page for page in of_owner] == [True, True]
    assert ["as reviewed</button>" in of_owner[0], 'class="btn btn--s"' in of_owner[1]] == [False, True]


def test_nobody_but_security_finds_a_button_to_review(client: Client, author: User, owner: Any, auditor: User) -> None:
    change(author)

    found = []
    for account in (owner.account, auditor):
        client.force_login(account)
        page = client.get("/changes/?view=not_reviewed").content.decode()
        found += ["Mark " in page, "Waits for review" in page]

    assert found == [False, True, False, True]


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_page_of_security_costs_the_same_however_much_waits(
    read, author: User, django_assert_num_queries: Any, number: int
) -> None:
    for _ in range(number):
        change(author)

    with django_assert_num_queries(20):
        read()


@pytest.mark.django_db(transaction=True)
def test_the_head_of_the_ledger_stands_below_the_changes(read) -> None:
    assert f"<code>{head()}</code>" in read()
