"""A copy of the register holds the end of the ledger that stands beside it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.ledger.head import head
from tests.factories import make_team
from tests.postgres import programs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tools(monkeypatch) -> None:
    """Put the client programs of PostgreSQL on the path where the suite runs on it."""
    if connection.vendor == "postgresql":
        monkeypatch.setenv("PATH", str(programs()), prepend=":")


def content(path: Path) -> str:
    """Return what the copy holds, as far as a test needs it."""
    if connection.vendor == "sqlite":
        with sqlite3.connect(path) as copy:
            return "\n".join(copy.iterdump())
    return subprocess.run(["pg_restore", "--file=-", str(path)], capture_output=True, text=True, check=True).stdout


def test_a_copy_stands_beside_what_is_said_of_it(tools, tmp_path, capsys):
    make_team(name="Platform team")
    path = tmp_path / "register.copy"

    call_command("backup", str(path))

    said = json.loads((tmp_path / "register.copy.json").read_text())
    assert said["head"] == str(head())
    assert said["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert "Platform team" in content(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_is_overwritten(tools, tmp_path):
    path = tmp_path / "register.copy"
    path.write_text("Another file")

    with pytest.raises(CommandError, match=r"exists\. Name a file that does not"):
        call_command("backup", str(path))

    assert path.read_text() == "Another file"


def test_a_folder_that_is_not_there_is_said(tools, tmp_path):
    with pytest.raises(CommandError, match="no folder|pg_dump failed"):
        call_command("backup", str(tmp_path / "nowhere" / "register.copy"))


def test_a_machine_without_pg_dump_is_told_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    if connection.vendor == "postgresql":
        with pytest.raises(CommandError, match=r"pg_dump was not found\. Install"):
            call_command("backup", str(tmp_path / "register.copy"))
