"""What a deployer may write in the environment, and what they are told when it is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment as env

ROOT = Path(__file__).resolve().parents[2]
NAME = "A_SETTING"
PASSWORD = "hunter2-Kx81"
ENOUGH = "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"

Read = Callable[[], Any]
READ: dict[str, Read] = {
    "text": lambda: env.text(NAME),
    "flag": lambda: env.flag(NAME, default=False),
    "whole_number": lambda: env.whole_number(NAME, 12, at_least=1),
    "words": lambda: env.words(NAME, ["a"]),
    "choice": lambda: env.choice(NAME, "INFO", ("DEBUG", "INFO")),
    "long_key": lambda: env.long_key(NAME),
    "time_zone": lambda: env.time_zone(NAME, "UTC"),
    "time_of_day": lambda: env.time_of_day(NAME, "10:00"),
    "site_url": lambda: env.site_url(NAME, https=True),
    "database": lambda: env.database(NAME)["NAME"],
}

RIGHT = [
    ("text", " words ", "words"),
    ("flag", "Yes", True),
    ("flag", "off", False),
    ("flag", "", False),
    ("whole_number", "8", 8),
    ("whole_number", "", 12),
    ("words", "a.example, b.example,", ["a.example", "b.example"]),
    ("choice", "debug", "DEBUG"),
    ("long_key", ENOUGH, ENOUGH),
    ("time_zone", "Europe/Berlin", "Europe/Berlin"),
    ("time_of_day", "07:30", time(7, 30)),
    ("site_url", "https://register.example:8443/", "https://register.example:8443"),
    ("database", "sqlite:////srv/register.sqlite3", "/srv/register.sqlite3"),
    ("database", f"postgresql://register:{PASSWORD}@db.example:5432/register", "register"),
]
WRONG = [
    ("text", "", "is missing"),
    ("flag", "perhaps", "is neither yes nor no"),
    ("whole_number", "0", "is not a whole number it could be"),
    ("whole_number", "-3", "is not a whole number it could be"),
    ("whole_number", "many", "is not a whole number it could be"),
    ("choice", "LOUD", "is none of its choices"),
    ("long_key", "", "is missing"),
    ("long_key", PASSWORD, "is too easy to guess (at least 50 characters are needed)"),
    ("long_key", "a" * 60, "is too easy to guess (at least 50 characters are needed)"),
    ("time_zone", "Berlin", "is no time zone"),
    ("time_of_day", "25:00", "is no time of day"),
    ("site_url", "", "is missing"),
    ("site_url", "register.example", "is no address"),
    ("site_url", "https://", "is no address"),
    ("site_url", "https://register.example:port", "is no address"),
    ("site_url", "https://register.example/path", "holds more than scheme, host and port"),
    ("site_url", f"https://me:{PASSWORD}@register.example", "holds more than scheme, host and port"),
    ("site_url", "http://register.example", "does not begin with https://"),
    ("database", "", "is missing"),
    ("database", f"mysql://register:{PASSWORD}@db.example/register", "names no database this register can use"),
    ("database", f"postgresql://register:{PASSWORD}@db.example:port/register", "cannot be understood"),
    ("database", f"postgresql://register:{PASSWORD}@db.example", "names no database"),
]


@pytest.mark.parametrize(("kind", "written", "expected"), RIGHT)
def test_a_setting_is_read(monkeypatch: pytest.MonkeyPatch, kind: str, written: str, expected: object) -> None:
    monkeypatch.setenv(NAME, written)

    assert READ[kind]() == expected


@pytest.mark.parametrize(("kind", "written", "words"), WRONG)
def test_a_wrong_setting_is_named_and_never_repeated(
    monkeypatch: pytest.MonkeyPatch, kind: str, written: str, words: str
) -> None:
    monkeypatch.setenv(NAME, written)

    with pytest.raises(ImproperlyConfigured) as refused:
        READ[kind]()

    assert str(refused.value).startswith(f"{NAME} {words}. ")
    assert "docs/settings.md" in str(refused.value)
    assert PASSWORD not in str(refused.value)


def test_a_setting_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{ENOUGH}\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "key"))

    assert env.long_key(NAME) == ENOUGH


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANOTHER_FILE", str(tmp_path / "key"))

    with pytest.raises(ImproperlyConfigured) as refused:
        env.text("ANOTHER")

    assert str(refused.value).startswith("ANOTHER_FILE cannot be read (FileNotFoundError). ")


PRODUCTION = {
    "ENV_FILE": os.devnull,
    "SECRET_KEY": ENOUGH,
    "AUDIT_KEY": ENOUGH[::-1],
    "DATABASE_URL": "sqlite:///:memory:",
    "SITE_URL": "https://register.example",
}


def started(tmp_path: Path, **changed: str | None) -> subprocess.CompletedProcess[str]:
    """Start the register's own check in a process of its own, with nothing but these settings."""
    settings = {name: value for name, value in (PRODUCTION | changed).items() if value is not None}
    command = [sys.executable, str(ROOT / "manage.py"), "check", "--deploy", "--fail-level", "WARNING"]
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONUTF8": "1"}
    return subprocess.run(
        command, env=surroundings | settings, capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path
    )


def test_a_register_with_its_four_settings_is_ready_for_production(tmp_path: Path) -> None:
    done = started(tmp_path)

    assert (done.returncode, done.stdout) == (0, "System check identified no issues (1 silenced).\n")


def test_a_register_whose_ledger_has_no_key_of_its_own_is_told(tmp_path: Path) -> None:
    done = started(tmp_path, AUDIT_KEY=None)

    assert done.returncode == 1
    assert "(config.W002) AUDIT_KEY is not set, so the ledger's key is made from SECRET_KEY." in done.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "SITE_URL"])
def test_a_register_without_one_of_them_says_which(tmp_path: Path, missing: str) -> None:
    done = started(tmp_path, **{missing: None})

    assert done.returncode == 1
    assert f"ImproperlyConfigured: {missing} is missing." in done.stderr


def test_a_sample_register_is_not_deployed(tmp_path: Path) -> None:
    done = started(tmp_path, DEMO="yes")

    assert done.returncode == 1
    assert "(config.W001) DEMO is on." in done.stderr


def test_settings_are_read_from_a_file_where_the_environment_has_none(tmp_path: Path) -> None:
    (tmp_path / "settings").write_text("SITE_URL=http://register.example\n")

    done = started(tmp_path, SITE_URL=None, ENV_FILE=str(tmp_path / "settings"))

    assert "ImproperlyConfigured: SITE_URL does not begin with https://." in done.stderr
