"""Loaded by pytest with -p, before settings are read: which database the suite runs on, and what was skipped and why.

TEST_DATABASE=sqlite (the default) or postgresql; TEST_DATABASE_URL names a PostgreSQL server, else one is started.
REQUIRE_ALL=1 fails the run where anything is skipped.
"""

import os
import tempfile
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
        "EMAIL_URL",
        "FEED_KEY",
        "HSTS_SECONDS",
        "MAIL_FROM",
        "PRODUCTION_ENVIRONMENTS",
        "HOLIDAYS",
        "REMINDER_DAYS",
        "REMINDER_TIME",
        "ROTATION_START_TIME",
        "SECRET_KEY_FALLBACKS",
    ),
    *("SESSION_HOURS", "SESSION_IDLE_MINUTES", "SIGN_IN_FAILURES", "SIGN_IN_FAILURES_PER_ADDRESS", "TRUST_PROXY"),
    *("SLACK_TOKEN", "SLACK_WEBHOOKS"),
)
_server: postgres.Server | None = None


def _wanted_database() -> str:
    """Return the address of the database the suite is to run on, starting a server where none is named."""
    global _server
    if os.environ.get("TEST_DATABASE", "sqlite") == "sqlite":
        # Never opened: the suite makes files of its own. One in memory would be shared by the threads of a server.
        return f"sqlite:///{tempfile.gettempdir()}/register-of-no-test.sqlite3"
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
    """Leave to one of the two runs of `make test` what is the same in both, so that nothing is skipped by it.

    The run on PostgreSQL has what only it can show; the run on SQLite has what asks no database, the browsers, and
    walks over every address or every page of the admin, which ask databases nothing of their own.
    """
    on_sqlite = os.environ["DATABASE_URL"].startswith("sqlite")
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        elsewhere = item.get_closest_marker("postgresql") is not None if on_sqlite else _is_same_anywhere(item)
        (left if elsewhere else kept).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def _is_same_anywhere(item: pytest.Item) -> bool:
    """Return whether a test shows the same whatever the database is."""
    if item.get_closest_marker("postgresql") is not None:
        return False
    if item.get_closest_marker("browser") is not None or item.get_closest_marker("once") is not None:
        return True
    asks = {"db", "transactional_db", "django_db_setup", "live_server"} & set(getattr(item, "fixturenames", ()))
    return not asks and item.get_closest_marker("django_db") is None


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
