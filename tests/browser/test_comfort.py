"""What the script adds to pages that work without it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from audit.models import User
from tests.browser.visitor import Visitor
from tests.factories import make_environment, make_secret

Visit = Callable[..., Visitor]


def test_a_name_is_copied_by_a_button(visit: Visit, security: User) -> None:
    make_secret(name="prod/stripe/secret_key")
    visitor = visit()
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.sign_in(security)
    visitor.open("/secrets/prod/stripe/secret_key/")

    visitor.page.locator("[data-copy]").first.click()

    expect(visitor.page.get_by_text("Copied")).to_be_visible()
    assert visitor.page.evaluate("navigator.clipboard.readText()") == "prod/stripe/secret_key"


def test_one_tick_ticks_all_and_the_bar_counts_them(visit: Visit, security: User) -> None:
    for _ in range(3):
        make_secret()
    visitor = visit()
    visitor.sign_in(security)
    page = visitor.open("/secrets/")
    ticks = page.locator("tbody input[name=ids]")

    page.locator("[data-checkall]").check()
    ticks.first.uncheck()

    assert [tick.is_checked() for tick in ticks.all()] == [False, True, True]
    assert page.locator("[data-count]").inner_text() == "2 selected"
    assert page.locator("[data-checkall]").evaluate("all => all.indeterminate") is True


def test_a_filter_that_is_chosen_applies_itself(visit: Visit, security: User) -> None:
    make_secret(name="prod/a/b")
    make_environment(code="dev")
    visitor = visit()
    visitor.sign_in(security)

    visitor.open("/secrets/").locator("select[name=environment]").select_option("dev")
    visitor.page.wait_for_url("**environment=dev**")

    assert visitor.page.locator("tbody th[scope=row]").count() == 0


def test_the_menu_closes_as_menus_do(visit: Visit, security: User) -> None:
    visitor = visit()
    visitor.sign_in(security)
    menu = visitor.open("/rotations/").locator("details.me")

    menu.locator("summary").click()
    visitor.page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None

    menu.locator("summary").click()
    visitor.page.locator("h1").click()
    assert menu.get_attribute("open") is None


def test_an_act_is_sent_once_however_often_it_is_pressed(visit: Visit, security: User) -> None:
    make_secret(name="prod/a/b")
    visitor = visit()
    visitor.sign_in(security)
    visitor.open("/secrets/prod/a/b/rotate/")
    sent: list[str] = []
    visitor.page.on("request", lambda request: request.method == "POST" and sent.append(request.url))

    visitor.page.get_by_role("button", name="Record rotation").dblclick()
    visitor.page.wait_for_url("**/secrets/prod/a/b/")

    assert len(sent) == 1
