"""Editing in a browser: the strict policy holds in the admin, and editing leads back to where it began."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from audit.models import User
from contacts.models import Person, Team
from inventory.models import Secret
from tests.browser.visitor import Visitor
from tests.factories import make_person, make_rotation, make_secret, make_team, make_titled_role, make_user

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    "/admin/",
    "/admin/inventory/secret/",
    "/admin/inventory/secret/add/",
    "/admin/inventory/secret/{secret}/change/",
    "/admin/inventory/secret/{secret}/history/",
    "/admin/contacts/person/{person}/change/",
    "/admin/contacts/team/{team}/delete/",
    "/admin/rotations/rotation/{rotation}/change/",
    "/admin/audit/user/{account}/change/",
    "/admin/audit/user/{account}/password/",
    "/admin/audit/user/add/",
    "/admin/audit/changeset/",
)


@pytest.fixture
def lead(db: None) -> User:
    return make_user(username="sam", first_name="Sam", last_name="Security", roles=("security",))


@pytest.fixture
def secret(db: None) -> Secret:
    owner = make_person(name="Olga Owner", team=make_team(name="DevOps"))
    secret = make_secret(name="prod/stripe/secret_key", owner=owner)
    make_rotation(secrets=(secret,), owner=owner)
    return secret


def test_no_page_of_the_admin_asks_for_more_than_the_policy_allows(
    visit: Callable[..., Visitor], lead: User, secret: Secret
):
    visitor = visit()
    visitor.sign_in(lead)
    keys = {
        "secret": secret.pk,
        "person": secret.owner_id,
        "team": Team.objects.get().pk,
        "rotation": secret.rotation_items.get().rotation_id,
        "account": lead.pk,
    }

    for pattern in PAGES:
        visitor.open(pattern.format(**keys))

    assert visitor.complaints == []


def test_editing_a_person_leads_back_to_them_with_a_link_to_the_entry(
    visit: Callable[..., Visitor], lead: User, secret: Secret
):
    visitor = visit()
    visitor.sign_in(lead)
    visitor.open(f"/people/{secret.owner_id}/")
    visitor.page.get_by_role("link", name="Edit").click()

    visitor.page.get_by_label("Phone").fill("+49 30 1234567")
    visitor.page.get_by_label("Reason").fill("New number")
    visitor.page.get_by_role("button", name="Save", exact=True).click()

    assert visitor.path == f"/people/{secret.owner_id}/"
    assert Person.objects.get(pk=secret.owner_id).phone == "+49 30 1234567"
    visitor.page.locator(".banner").get_by_role("link", name="Entry").click()
    assert "“New number”" in visitor.page.locator("main").inner_text()


def test_an_owner_is_found_by_typing_a_part_of_the_name(visit: Callable[..., Visitor], lead: User, secret: Secret):
    make_person(name="Cleo Colleague")
    visitor = visit()
    visitor.sign_in(lead)
    page = visitor.open(f"/admin/inventory/secret/{secret.pk}/change/")

    page.locator("[aria-labelledby=select2-id_owner-container]").click()
    page.locator(".select2-search__field").fill("cleo")
    page.get_by_role("option", name="Cleo Colleague").click()
    page.get_by_label("Reason").fill("She takes it over")
    page.get_by_role("button", name="Save", exact=True).click()

    assert Secret.objects.get(pk=secret.pk).owner.name == "Cleo Colleague"
    assert visitor.complaints == []


def test_the_second_of_two_editors_keeps_what_was_typed(visit: Callable[..., Visitor], lead: User, secret: Secret):
    first, second = visit(), visit()
    for visitor in (first, second):
        visitor.sign_in(lead)
        visitor.open(f"/admin/inventory/secret/{secret.pk}/change/")
    for visitor, field, words in ((first, "Purpose", "Takes payments"), (second, "What it opens", "Live charges")):
        visitor.page.get_by_label(field).fill(words)
        visitor.page.get_by_label("Reason").fill("To say it")
        visitor.page.get_by_role("button", name="Save", exact=True).click()

    assert "Purpose from nothing to “Takes payments”" in second.page.locator(".errorlist").first.inner_text()
    second.page.get_by_role("button", name="Save", exact=True).click()

    saved = Secret.objects.get(pk=secret.pk)
    assert (saved.purpose, saved.opens) == ("Takes payments", "Live charges")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_about_people_and_changes_have_no_faults(
    visit: Callable[..., Visitor], lead: User, secret: Secret, scheme: str
):
    visitor = visit(scheme=scheme)
    visitor.sign_in(lead)
    addresses = ("/people/", f"/people/{secret.owner_id}/", f"/teams/{Team.objects.get().pk}/", "/escalation/")

    faults = []
    for address in (*addresses, "/changes/", "/changes/1/", "/changes/?q=nothing-like-this"):
        visitor.open(address)
        faults += visitor.faults()

    assert faults == []


def test_long_names_stay_within_the_page(visit: Callable[..., Visitor], lead: User, db: None):
    long = "Bartholomäus" * 8
    team = make_team(name=long)
    person = make_person(name=long, team=team, email=f"{'b' * 60}@{'c' * 60}.example", slack_handle="b" * 80)
    make_titled_role(title=long, person=person)
    secret = make_secret(name=f"prod/{'s' * 60}/{'k' * 100}", owner=person, team=team)
    visitor = visit()
    visitor.sign_in(lead)

    faults = []
    for address in (
        "/people/",
        f"/people/{person.pk}/",
        f"/teams/{team.pk}/",
        "/escalation/",
        "/changes/",
        "/changes/2/",
    ):
        visitor.open(address)
        faults += visitor.overflows()

    assert (faults, secret.owner) == ([], person)
