"""The register calls nobody: no module of it can open a connection, but for that of its database."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.test_architecture import SOURCES, name_of

# Modules that speak to other machines, or start programs that could.
SPEAKING = {
    *("socket", "socketserver", "ssl", "asyncio", "select", "selectors", "xmlrpc", "telnetlib", "nntplib", "wsgiref"),
    *("urllib.request", "urllib.robotparser", "http.client", "http.server", "ftplib", "smtplib", "poplib", "imaplib"),
    *("requests", "httpx", "httpcore", "aiohttp", "urllib3", "pycurl", "websockets", "grpc", "paramiko"),
    *("boto3", "botocore", "sentry_sdk", "redis", "pymemcache", "subprocess", "webbrowser"),
    # Mail of Django speaks to a server too.
    "django.core.mail",
}
# Who may, and why: pg_dump speaks to the database.
MAY = {"audit/backups.py": {"subprocess"}}
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


def speaks(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in SPEAKING)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_module_speaks_to_another_machine(path: Path) -> None:
    tree = ast.parse(path.read_text(), filename=str(path))

    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}

    assert {module for module in imported(tree) if speaks(module)} == MAY.get(name_of(path), set())
    assert called & LOADING == set()


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
    ],
)
def test_every_way_to_import_one_is_seen(line: str) -> None:
    assert any(speaks(module) for module in imported(ast.parse(line)))


@pytest.mark.parametrize(
    "line", ["from urllib.parse import urlsplit", "from http import HTTPStatus", "import selectors_"]
)
def test_what_only_sounds_like_one_is_let_through(line: str) -> None:
    assert not any(speaks(module) for module in imported(ast.parse(line)))
