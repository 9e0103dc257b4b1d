"""A person at a browser: what they see, what the browser complains of, and what axe finds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from audit.models import User
from tests.factories import PASSWORD

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What axe asks at which width: all of it once, then what a narrow window and the dark can spoil.
NARROW = ["color-contrast", "target-size", "scrollable-region-focusable", "focus-order-semantics", "landmark-one-main"]
ASKED = {"light": {1440: RULES, 375: NARROW}, "dark": {1440: ["color-contrast"]}}
ALL_WIDTHS = (1440, 1024, 768, 375, 320)
HEIGHT = 900
ASKED_FOR = "Failed to load resource"  # an answer of 403 or 404, which is no fault of the page


class Visitor:
    """One window of one person. Messages of the console are kept: a violation of the policy is one."""

    def __init__(self, context: BrowserContext, address: str, scheme: str) -> None:
        self.context = context
        self.address = address
        self.scheme = scheme
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self._heard(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def sign_in(self, user: User) -> None:
        """Let the window be one in which `user` has signed in."""
        client = Client()
        client.force_login(user)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.address}])

    def sign_in_at_the_page(self, user: User) -> None:
        self.open("/accounts/login/")
        self.page.get_by_label("Username").fill(user.username)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}{path}")
        return self.page

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def banner(self) -> str:
        return " ".join(self.page.locator(".banner p").first.inner_text().split())

    def faults(self) -> list[str]:
        """Return what is wrong with the page as it stands: axe, the console, and text that sticks out sideways."""
        found = []
        for width, rules in ASKED[self.scheme].items():
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            answer = Axe().run(self.page, options={"runOnly": rules, "preload": False}).response
            found += [
                f"{width}: {rule['id']} {node['html'][:120]}" for rule in answer["violations"] for node in rule["nodes"]
            ]
        overflows = self.overflows() if self.scheme == "light" else []
        return [*found, *overflows, *self.complaints]

    def overflows(self) -> list[str]:
        found = []
        for width in ALL_WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{self.path} is wider than {width} px")
        return found

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith(ASKED_FOR):
            self.complaints.append(text)


@contextmanager
def visiting(browser: Browser, address: str, *, scheme: str = "light", scripts: bool = True) -> Iterator[Visitor]:
    """Open a window that prefers `scheme`, with or without JavaScript."""
    context = browser.new_context(color_scheme=scheme, java_script_enabled=scripts)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    try:
        yield Visitor(context, address, scheme)
    finally:
        context.close()
