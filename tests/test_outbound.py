"""The register calls nobody but its database, and mail and Slack by the two modules that are named here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from contacts.delivery import channels_set_up
from tests.test_architecture import SOURCES, name_of

# Modules that speak to other machines, or start programs that could.
SPEAKING = {
    *("socket", "socketserver", "ssl", "asyncio", "select", "selectors", "xmlrpc", "telnetlib", "nntplib", "wsgiref"),
    *("urllib.request", "urllib.robotparser", "http.client", "http.server", "ftplib", "smtplib", "poplib", "imaplib"),
    *("requests", "httpx", "httpcore", "aiohttp", "urllib3", "pycurl", "websockets", "grpc", "paramiko"),
    *("boto3", "botocore", "sentry_sdk", "redis", "pymemcache", "subprocess", "webbrowser"),
    # Mail of Django speaks to a server too, and Slack's library to Slack.
    "django.core.mail",
    "slack_sdk",
}
# Who may, and why: pg_dump speaks to the database; reminders go out by mail and Slack, where an operator set them up.
MAY = {
    "audit/backups.py": {"subprocess"},
    "contacts/delivery/email.py": {"smtplib", "django.core.mail"},
    "contacts/delivery/slack.py": {"slack_sdk", "slack_sdk.errors", "slack_sdk.webhook"},
}
# Names whose use loads any module or program.
LOADING = {"os.system", "os.popen", "os.execv", "os.posix_spawn", "__import__"}


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield every module that is imported, and every name that is taken from one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def taken_from(tree: ast.AST, module: str) -> set[str]:
    """Return the names that are taken from `module`."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == module]
    return {alias.name for node in nodes for alias in node.names}


def speaks(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in SPEAKING)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_module_speaks_to_another_machine(path: Path) -> None:
    tree = ast.parse(path.read_text(), filename=str(path))

    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}

    may = MAY.get(name_of(path), set())
    assert {module for module in imported(tree) if speaks(module)} == may | {
        f"{module}.{name}" for module in may for name in taken_from(tree, module)
    }
    assert called & LOADING == set()


def test_nothing_is_sent_to_anybody_unless_it_is_set_up() -> None:
    mail = (settings.SENDS_MAIL, settings.MAIL["EMAIL_BACKEND"])
    assert mail == (False, "django.core.mail.backends.dummy.EmailBackend")
    assert (settings.SLACK_TOKEN, settings.SLACK_WEBHOOKS, channels_set_up()) == ("", {}, [])


def test_what_is_cached_stays_in_the_process() -> None:
    backends = {cache["BACKEND"] for cache in settings.CACHES.values()}

    assert backends == {"django.core.cache.backends.locmem.LocMemCache"}


@pytest.mark.parametrize(
    "line",
    [
        "import requests",
        "import urllib.request",
        "from urllib import request",
        "from urllib.request import urlopen",
        "import http.client as client",
        "def later():\n    from socket import create_connection",
        "from django.core.mail import send_mail",
        "from django.core import mail",
        "def later():\n    from slack_sdk import WebClient",
    ],
)
def test_every_way_to_import_one_is_seen(line: str) -> None:
    assert any(speaks(module) for module in imported(ast.parse(line)))


@pytest.mark.parametrize(
    "line", ["from urllib.parse import urlsplit", "from http import HTTPStatus", "import selectors_"]
)
def test_what_only_sounds_like_one_is_let_through(line: str) -> None:
    assert not any(speaks(module) for module in imported(ast.parse(line)))
