"""Loaded by pytest with -p, before settings are read: which database the suite runs on, and what was skipped and why.

TEST_DATABASE=sqlite (the default) or postgresql; TEST_DATABASE_URL names a PostgreSQL server, else one is started.
REQUIRE_ALL=1 fails the run where anything is skipped.
"""

import os
from collections import Counter

import pytest

from tests import postgres

SETTINGS = {
    "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "SITE_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "HTTPS": "no",
    "PLATFORM_NAME": "Northwind",
    "TIME_ZONE": "Europe/Berlin",
    "LOG_LEVEL": "WARNING",
    "ENV_FILE": os.devnull,
}
FREE = (
    *(
        "AUDIT_KEY",
        "AUDIT_HEAD_MINUTES",
        "AUDIT_KEY_FALLBACKS",
        "DEBUG",
        "DEMO",
        "FEED_KEY",
        "HSTS_SECONDS",
        "PRODUCTION_ENVIRONMENTS",
        "REMINDER_DAYS",
        "ROTATION_START_TIME",
        "SECRET_KEY_FALLBACKS",
    ),
    *("SESSION_HOURS", "SESSION_IDLE_MINUTES", "SIGN_IN_FAILURES", "SIGN_IN_FAILURES_PER_ADDRESS", "TRUST_PROXY"),
)
_server: postgres.Server | None = None


def _wanted_database() -> str:
    """Return the address of the database the suite is to run on, starting a server where none is named."""
    global _server
    if os.environ.get("TEST_DATABASE", "sqlite") == "sqlite":
        return "sqlite://:memory:"
    if address := os.environ.get("TEST_DATABASE_URL"):
        return address
    _server = postgres.Server.started()
    return _server.address


def _prepare() -> None:
    if os.environ.get("PYTEST_XDIST_WORKER"):  # everything is inherited from the process that started this one
        return
    for name in (*FREE, *SETTINGS, "DATABASE_URL"):
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    os.environ.update(SETTINGS, DATABASE_URL=_wanted_database(), DJANGO_ALLOW_ASYNC_UNSAFE="true")


_prepare()


def pytest_report_header() -> str:
    return f"database: {os.environ['DATABASE_URL'].split(':')[0]}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to the run on PostgreSQL what only it can show; that run is part of `make test`, so nothing is skipped."""
    if os.environ["DATABASE_URL"].startswith("sqlite"):
        left = [item for item in items if item.get_closest_marker("postgresql")]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and os.environ.get("REQUIRE_ALL") and _skipped(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say each reason for skipping once, in one line."""
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in _skipped(terminalreporter))
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"skipped {count}: {reason}")
    if reasons and os.environ.get("REQUIRE_ALL"):
        terminalreporter.write_line("REQUIRE_ALL is set: nothing may be skipped", red=True)


def _skipped(reporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    return [report for report in reporter.stats.get("skipped", []) if isinstance(report.longrepr, tuple)]


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    global _server
    if _server is not None:
        _server.stop()
        _server = None
