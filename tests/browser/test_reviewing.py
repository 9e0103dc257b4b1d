"""Reviewing in a browser: nine with one click, an objection, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from audit import reviewing
from audit.acts import acting
from audit.models import ChangeSet, RoleGrant, User, WaitingReview
from contacts.models import Person
from inventory.models import Secret
from tests.browser.visitor import Visitor
from tests.factories import make_secret, make_team, make_user

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Visitor]


@pytest.fixture
def lead(security: User, owner: Person) -> User:
    """Who reviews; what was there before is reviewed."""
    reviewing.mark_reviewed(ChangeSet.objects.all(), by=security, at=timezone.now() - timedelta(days=7))
    return security


def change(by: User, act: Callable[[], object], reason: str = "It was meant well") -> ChangeSet:
    with acting(actor=by, source=ChangeSet.Source.WEB, reason=reason):
        act()
    return ChangeSet.objects.latest("pk")


@pytest.mark.parametrize("scripts", [True, False])
def test_what_changed_since_the_last_review_is_reviewed_in_two_clicks(
    visit: Visit, lead: User, owner: Person, scripts: bool
) -> None:
    for _ in range(9):
        change(owner.account, make_team)
    visitor = visit(scripts=scripts)
    visitor.sign_in(lead)
    visitor.open("/")

    visitor.page.get_by_role("navigation").get_by_role("link", name="Changes", exact=True).click()
    visitor.press("Mark 9 as reviewed")

    assert visitor.banner() == "Marked 9 changes as reviewed."
    assert "Nothing changed since the last review." in visitor.page.locator("main").inner_text()
    assert WaitingReview.objects.count() == 0


def test_one_of_them_is_reviewed_at_its_row(visit: Visit, lead: User, owner: Person) -> None:
    first, second = change(owner.account, make_team), change(owner.account, make_team)
    visitor = visit()
    visitor.sign_in(lead)
    visitor.open("/changes/?view=not_reviewed")

    visitor.page.locator(f"button[name=ids][value='{first.pk}']").click()

    assert visitor.banner() == "Marked 1 change as reviewed."
    assert (visitor.path, WaitingReview.objects.get().change_set) == ("/changes/?view=not_reviewed", second)


def test_an_objection_leads_the_author_to_the_exact_way_back(visit: Visit, lead: User, owner: Person) -> None:
    secret = make_secret(name="dev/a/b", owner=owner, purpose="Payments")
    made = change(owner.account, lambda: Secret.objects.filter(pk=secret.pk).update(purpose="Pay"))
    reviewer, author = visit(), visit()
    reviewer.sign_in(lead)
    page = reviewer.open(f"/changes/{made.pk}/")
    page.locator("summary", has_text="Object").click()
    page.get_by_label("What is wrong").fill("It said more before")
    page.get_by_role("button", name="Object", exact=True).click()
    assert "is told on the first page" in reviewer.banner()

    author.sign_in(owner.account)
    author.open("/")
    author.page.get_by_role("link", name="Open entry").click()
    author.press("Take it back")

    assert author.banner().startswith(f"Took back entry {made.pk}: entry ")
    assert Secret.objects.get(pk=secret.pk).purpose == "Payments"
    assert (reviewer.complaints, author.complaints) == ([], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_reviewing_have_no_fault(visit: Visit, lead: User, owner: Person, scheme: str) -> None:
    other = make_user(username="sina", first_name="Sina" * 20, roles=("security",))
    secret = make_secret(name=f"prod/{'s' * 60}/{'k' * 100}", owner=owner, purpose="Payments")
    change(lead, lambda: RoleGrant.objects.create(user=owner.account, role="auditor"))
    objected = change(lead, lambda: Secret.objects.filter(pk=secret.pk).update(purpose="x" * 90, owner=None))
    reviewing.object_to(objected, by=other, comment="Not" * 60, at=timezone.now())
    waits = change(other, make_team)
    visitor = visit(scheme=scheme)
    visitor.sign_in(lead)
    visitor.open("/")

    faults = []
    for address in (
        "/",
        "/changes/",
        "/changes/?view=not_reviewed&marked=overdue",
        "/changes/?view=everything&marked=objected",
        f"/changes/{objected.pk}/",
        f"/changes/{waits.pk}/",
    ):
        visitor.open(address)
        faults += visitor.faults()

    assert faults == []
