"""The first page and the frame around every page, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import User
from contacts.models import Person
from tests.browser.visitor import Visitor
from tests.factories import make_rotation, make_secret

Visit = Callable[..., Visitor]
SCHEMES = ["light", "dark"]


def a_register(owner: Person) -> None:
    today = timezone.localdate()
    for days in (-400, -6, 0, 13, 40, 200):
        make_secret(owner=owner, next_rotation_on=today + timedelta(days=days))
    make_secret(name="prod/stripe/a_very_long_name_that_does_not_fit_on_a_phone_at_all_really", owner=owner)
    make_secret(status="compromised", owner=owner)
    make_rotation(secrets=(make_secret(owner=owner),), owner=owner)
    make_rotation(state="draft", secrets_in_words="All prod secrets")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_first_page_has_no_fault(visit: Visit, owner: Person, scheme: str) -> None:
    a_register(owner)
    visitor = visit(scheme=scheme)
    visitor.sign_in(owner.account)
    visitor.open("/")

    assert visitor.path == "/"
    assert visitor.page.locator("h1").inner_text() == "Your work"
    assert visitor.faults() == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_frame_has_no_fault(visit: Visit, owner: Person, outsider: User, security: User, scheme: str) -> None:
    visitor = visit(scheme=scheme)
    visitor.open("/accounts/login/")
    assert visitor.faults() == []

    visitor.sign_in(outsider)
    for path in ("/", "/changes/", "/preferences/", "/accounts/password/"):
        visitor.open(path)
        assert visitor.faults() == []

    other = visit(scheme=scheme)
    other.sign_in(security)
    for path in ("/", "/nowhere/", "/admin/", "/rotations/"):
        other.open(path)
        assert other.faults() == []


def test_each_number_leads_to_as_many_rows(visit: Visit, owner: Person, security: User) -> None:
    a_register(owner)
    visitor = visit()
    visitor.sign_in(security)
    visitor.open("/")
    tiles = visitor.page.locator(".tiles a").all()
    wanted = [(tile.get_attribute("href"), int(tile.locator("b").inner_text().split()[0])) for tile in tiles]

    found = []
    for href, _ in wanted:
        visitor.open(href or "")
        found.append((href, visitor.page.locator("tbody th[scope=row]").count()))

    assert found == wanted


def test_the_slash_goes_to_the_search_until_it_is_switched_off(visit: Visit, security: User) -> None:
    visitor = visit()
    visitor.sign_in(security)
    visitor.open("/")
    focused = "document.activeElement.id"

    visitor.open("/rotations/").keyboard.press("/")
    assert visitor.page.evaluate(focused) == "q"
    assert visitor.page.input_value("#q") == ""

    visitor.open("/preferences/").get_by_label("Single-key shortcut").uncheck()
    visitor.press("Save preferences")
    visitor.open("/rotations/").keyboard.press("/")
    assert visitor.page.evaluate(focused) == ""


def test_the_colours_can_be_chosen_in_the_menu(visit: Visit, security: User) -> None:
    visitor = visit()
    visitor.sign_in(security)
    visitor.open("/")
    background = "getComputedStyle(document.body).backgroundColor"
    light = visitor.open("/rotations/").evaluate(background)

    visitor.page.locator(".me summary").click()
    visitor.press("Dark")

    assert visitor.path == "/rotations/"
    assert visitor.page.evaluate(background) != light
    assert visitor.open("/admin/").evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_everything_on_the_first_page_works_without_a_script(visit: Visit, owner: Person) -> None:
    a_register(owner)
    visitor = visit(scripts=False)
    visitor.sign_in_at_the_page(owner.account)

    visitor.page.locator(".me summary").click()
    visitor.page.get_by_role("button", name="Sign out").click()

    assert visitor.path == "/accounts/login/"
