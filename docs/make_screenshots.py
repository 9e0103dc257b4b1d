"""Makes the README's pictures from the sample register; run it with `make screenshots`."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 812}
CHROMIUM_FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def main() -> int:
    """Start a sample register on loopback, take the pictures and stop it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    temporary = tempfile.TemporaryDirectory(dir="/tmp")
    with temporary as folder, _register(Path(folder)) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=_chromium(), args=CHROMIUM_FLAGS)
        _take(browser, address)
        browser.close()
    return 0


def _carry_out(page: Page, address: str) -> None:
    """Take the picture of a rotation that is under way."""
    page.goto(f"{address}/rotations/")
    page.locator("section:has(#upcoming) th a").first.click()
    for box in page.locator("tbody input[type=checkbox]").all()[4:]:
        box.uncheck()
    for button in ("Record as rotated", "Mark verified", "Mark verified", "Mark revoked", "Done"):
        page.get_by_role("button", name=button).first.click()
        page.wait_for_load_state()
    page.screenshot(path=PICTURES / "rotation.png")


def _take(browser: Browser, address: str) -> None:
    page = browser.new_context(viewport=WIDE, color_scheme="light").new_page()
    _sign_in(page, address)
    name = page.goto(f"{address}/secrets/") and page.locator("td .name, th .name").first.inner_text()
    for picture, path in (
        ("home", "/"),
        ("secrets", "/secrets/"),
        ("secret", f"/secrets/{name}/"),
        ("record", f"/secrets/{name}/rotate/"),
        ("rotations", "/rotations/"),
        ("plan", "/rotations/plan/"),
        ("reminders", "/reminders/"),
        ("calendar", "/calendar/"),
        ("changes", "/changes/"),
        ("people", "/people/"),
        ("document", "/document/"),
        ("as-of", f"/secrets/?as_of={(datetime.now(UTC) - timedelta(days=60)).date()}"),
        ("evidence", "/evidence/"),
    ):
        page.goto(address + path)
        if picture == "plan":
            page.get_by_role("button", name="Preview").click()
        page.screenshot(path=PICTURES / f"{picture}.png")
    _carry_out(page, address)
    page.goto(f"{address}/import/")
    page.locator("textarea").first.fill((ROOT / "documents" / "sample" / "northwind.md").read_text())
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    page.screenshot(path=PICTURES / "import.png")
    phone = browser.new_context(viewport=PHONE, color_scheme="dark").new_page()
    _sign_in(phone, address)
    phone.goto(f"{address}/secrets/{name}/")
    phone.screenshot(path=PICTURES / "secret-phone-dark.png")


def _sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=username]", "security")
    page.fill("input[name=password]", "northwind")
    page.locator("main button[type=submit], main button").first.click()
    page.wait_for_url(f"{address}/")


@contextmanager
def _register(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    settings = os.environ | {
        "ENV_FILE": os.devnull, "DEMO": "yes", "HTTPS": "no", "EMAIL_URL": "consolemail://",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DATABASE_URL": f"sqlite:///{folder}/sample.sqlite3", "SITE_URL": address, "ALLOWED_HOSTS": "127.0.0.1",
        "PLATFORM_NAME": "Northwind", "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    manage = [sys.executable, str(ROOT / "manage.py")]
    for command in (["migrate", "--verbosity", "0"], ["demo"]):
        _run([*manage, *command], settings)
    serve = [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"]
    server = subprocess.Popen(serve, env=settings, cwd=ROOT)  # noqa: S603  (our own manage.py)
    try:
        _wait_for(f"{address}/healthz")
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _run(command: list[str], settings: dict[str, str]) -> None:
    subprocess.run(command, env=settings, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603  (our manage.py)


def _wait_for(address: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310  (our own server on loopback)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(f"{address} did not answer.")


def _chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise SystemExit("A Chromium is needed for the pictures (Debian: apt-get install chromium).")
    return found


if __name__ == "__main__":
    sys.exit(main())
