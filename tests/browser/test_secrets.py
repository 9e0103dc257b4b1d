"""The secrets in a browser: looking for one, handing many over, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.acts import acting
from audit.models import User
from contacts.models import EscalationStep, Person
from inventory.models import Secret
from tests.browser.visitor import Visitor
from tests.factories import make_consumer, make_person, make_secret, make_team

Visit = Callable[..., Visitor]
SCHEMES = ["light", "dark"]
HOSTILE = "<script>document.title = 'taken'</script>\"'&\u202e " + "x" * 90


def a_register(owner: Person, backup_owner: Person) -> Secret:
    today = timezone.localdate()
    for name, days in (("prod/redis/password", -6), ("prod/openai/api_key", 13), ("dev/redis/password", 200)):
        make_secret(name=name, owner=owner, next_rotation_on=today + timedelta(days=days))
    make_secret(name="prod/s3/access_key")
    make_secret(name="staging/stripe/secret_key", status="deprecated", backup_owner=backup_owner)
    secret = make_secret(
        name="prod/stripe/secret_key",
        owner=owner,
        backup_owner=backup_owner,
        status="compromised",
        store_path="kv/prod/stripe",
        purpose="Payments",
        team=make_team(name="Ops", lead=backup_owner),
    )
    make_consumer(secret=secret, name="checkout")
    return secret


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pages_have_no_fault(
    visit: Visit, owner: Person, backup_owner: Person, security: User, scheme: str
) -> None:
    secret = a_register(owner, backup_owner)
    visitor = visit(scheme=scheme)
    visitor.sign_in(security)

    for path in (
        "/secrets/",
        "/secrets/?q=redis&environment=prod&standing=overdue",
        "/secrets/?standing=waived",
        secret.get_absolute_url(),
        "/search/?q=stripe",
        "/search/?q=nothing",
        "/secrets/import-csv/",
        f"/secrets/change-owner/?ids={secret.pk}",
    ):
        visitor.open(path)
        assert visitor.faults() == []


def test_an_empty_register_has_no_fault_and_leads_to_the_import(visit: Visit, security: User) -> None:
    visitor = visit()
    visitor.sign_in(security)

    visitor.open("/secrets/")

    assert visitor.page.get_by_role("link", name="Import a document").get_attribute("href") == "/import/"
    assert visitor.faults() == []


def test_hostile_words_stay_words_and_do_not_burst_the_page(visit: Visit, security: User) -> None:
    secret = make_secret(
        name=f"prod/{'s' * 60}/{'k' * 100}",
        owner=make_person(name=HOSTILE[:150]),
        purpose=HOSTILE,
        opens=HOSTILE,
        store_path=HOSTILE,
    )
    make_consumer(secret=secret, name=HOSTILE, note=HOSTILE)
    visitor = visit()
    visitor.sign_in(security)

    for path in (
        "/secrets/",
        secret.get_absolute_url(),
        "/search/?q=%3Cscript",
        f"/secrets/change-owner/?ids={secret.pk}",
    ):
        visitor.open(path)
        assert visitor.faults() == []
        assert "taken" not in visitor.page.title()


def test_a_slash_some_letters_and_enter_lead_to_the_secret(
    visit: Visit, owner: Person, backup_owner: Person, security: User
) -> None:
    a_register(owner, backup_owner)
    visitor = visit()
    visitor.sign_in(security)

    visitor.open("/")
    visitor.page.keyboard.press("/")
    visitor.page.keyboard.type("prod stripe")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/secrets/prod/stripe/secret_key/")

    assert visitor.page.locator("h1 .name").inner_text() == "prod/stripe/secret_key"


def test_a_pasted_value_does_not_reach_the_address(visit: Visit, security: User) -> None:
    visitor = visit()
    visitor.sign_in(security)
    visitor.open("/secrets/")

    visitor.page.locator("#q").fill("sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc")
    visitor.page.locator("#q").press("Enter")

    assert visitor.path == "/secrets/"


@pytest.mark.parametrize("scripts", [True, False])
def test_ticked_secrets_get_an_owner(
    visit: Visit, owner: Person, backup_owner: Person, security: User, scripts: bool
) -> None:
    a_register(owner, backup_owner)
    visitor = visit(scripts=scripts)
    visitor.sign_in(security)
    visitor.open("/secrets/?owner=none")

    for tick in visitor.page.locator("tbody input[name=ids]").all():
        tick.check()
    visitor.press("Change owner")
    visitor.page.get_by_label("Owner", exact=True).select_option(str(owner.pk))
    visitor.page.get_by_label("Reason").fill("Every secret has an owner")
    visitor.press("Show before and after")
    assert visitor.page.locator("ins").all_inner_texts() == ["Olga Owner", "Olga Owner"]
    visitor.press("Change owner of 2 secrets")

    assert visitor.banner() == "2 secrets handed over."
    assert Secret.objects.without_owner().count() == 0


def test_one_tick_selects_all_of_the_page(visit: Visit, owner: Person, backup_owner: Person, security: User) -> None:
    a_register(owner, backup_owner)
    visitor = visit()
    visitor.sign_in(security)
    visitor.open("/secrets/?environment=prod")
    assert not visitor.page.locator(".bulk").is_visible()

    visitor.page.get_by_label("Select all on this page").check()

    assert visitor.page.locator("[data-count]").inner_text() == "4 selected"
    visitor.press("Record rotation")
    assert visitor.path == "/rotations/record/"
    assert "prod/redis/password" in visitor.page.locator("main").inner_text()


def test_filters_are_applied_and_taken_away(visit: Visit, owner: Person, backup_owner: Person, security: User) -> None:
    a_register(owner, backup_owner)
    visitor = visit()
    visitor.sign_in(security)
    visitor.open("/secrets/")

    visitor.page.locator("select[name=environment]").select_option("prod")
    visitor.page.wait_for_url("**environment=prod**")
    visitor.page.get_by_role("link", name="Overdue 1").click()
    assert visitor.page.locator(".c-name .name").all_inner_texts() == ["prod/redis/password"]
    visitor.page.get_by_label("Remove filter Overdue").click()

    assert visitor.path.rstrip("?") == "/secrets/"
    assert visitor.page.locator(".c-name .name").count() == 6


def test_on_a_phone_the_number_of_the_owner_is_seen_at_once(
    visit: Visit, owner: Person, backup_owner: Person, security: User
) -> None:
    secret = a_register(owner, backup_owner)
    with acting(actor=security, source="web", reason="Made for a test"):
        EscalationStep.objects.create(kind="owner")
    visitor = visit()
    visitor.sign_in(security)
    visitor.page.set_viewport_size({"width": 375, "height": 812})

    visitor.open(secret.get_absolute_url())

    number = visitor.page.locator('a[href="tel:+49301"]').bounding_box()
    assert number is not None
    assert number["y"] + number["height"] <= 812


def test_a_table_is_checked_mended_and_taken_over(visit: Visit, owner: Person, security: User) -> None:
    make_secret(name="prod/stripe/secret_key", owner=owner, purpose="Payments")
    visitor = visit()
    visitor.sign_in(security)
    visitor.open("/secrets/import-csv/")

    visitor.page.get_by_label("Paste the table").fill("name,purpose\nprod/stripe,Shop\nprod/nowhere/key,Shop\n")
    visitor.press("Check")
    assert visitor.banner() == "2 problems. Nothing was saved. Mend them and check again."
    assert visitor.faults() == []

    visitor.page.get_by_label("Paste the table").fill(
        "name,purpose\nprod/stripe/secret_key,Payments of the shop\nprod/stripe/webhook,Calls back\n"
    )
    visitor.press("Check")
    assert visitor.page.locator("del, ins").all_inner_texts() == ["Payments", "Payments of the shop", "Calls back"]
    assert visitor.faults() == []
    visitor.press("Import 2 secrets")

    assert visitor.banner() == "2 secrets imported."
    assert Secret.objects.count() == 2
