"""Registers for tests that start and kill processes: a database of their own, tables, and what the outcome is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.environment import SETTINGS
from tests.postgres import DURABLE, Server

ROOT = Path(__file__).resolve().parent.parent.parent
MANAGE = ROOT / "manage.py"


@contextmanager
def register_on(database: str) -> Iterator[tuple[Mapping[str, str], Server | None]]:
    """Make a register on SQLite or PostgreSQL, durable as in production, and yield its settings and its server."""
    with TemporaryDirectory(prefix="register-stress-", dir="/tmp") as folder:
        server = Server.started(DURABLE) if database == "postgresql" else None
        address = server.address if server is not None else f"sqlite:///{folder}/register.sqlite3"
        environment = os.environ | SETTINGS | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings"}
        try:
            manage(environment, "migrate", "--verbosity", "0")
            yield environment, server
        finally:
            if server is not None:
                server.stop()


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    """Run a command of the register, and return what it printed; raises where it fails."""
    command = [sys.executable, str(MANAGE), *arguments]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise AssertionError(f"{arguments[0]} failed: {done.stdout[-2000:]} {done.stderr[-2000:]}")
    return done.stdout


def run_module(environment: Mapping[str, str], module: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a module of the tests in a process of its own."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, text=True, cwd=ROOT)


def verified(environment: Mapping[str, str], *arguments: str) -> dict[str, object]:
    """Return the report of verify_audit_trail; raises where something is wrong."""
    report: dict[str, object] = json.loads(manage(environment, "verify_audit_trail", "--json", *arguments))
    return report
