"""docs/asvs.md accounts for every requirement of levels 1 and 2, and names no test that is not there."""

from __future__ import annotations

import ast
import logging
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from config.logging import logging_config
from tests.test_architecture import SOURCES

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "asvs.md"
STATES = {"met", "deployer", "deviation", "none"}
# The numbers of the standard's version 5.0.0: by section, how many of level 1 and, after them, which of level 2.
SECTIONS = {
    "1.1": (0, 2), "1.2": (5, 9), "1.3": (2, 11), "1.4": (0, 3), "1.5": (1, 2),
    "2.1": (1, 3), "2.2": (2, 3), "2.3": (1, 4), "2.4": (0, 1),
    "3.2": (2, 2), "3.3": (1, 4), "3.4": (2, 6), "3.5": (3, 5),
    "4.1": (1, 3), "4.2": (0, 1), "4.3": (0, 2), "4.4": (1, 4),
    "5.1": (0, 1), "5.2": (2, 3), "5.3": (2, 2), "5.4": (0, 3),
    "6.1": (1, 3), "6.2": (8, 12), "6.3": (2, 4), "6.4": (2, 4), "6.5": (0, 5), "6.6": (0, 3), "6.8": (0, 4),
    "7.1": (0, 3), "7.2": (4, 4), "7.3": (0, 2), "7.4": (2, 5), "7.5": (0, 2), "7.6": (0, 2),
    "8.1": (1, 2), "8.2": (2, 3), "8.3": (1, 1), "8.4": (0, 1),
    "9.1": (3, 3), "9.2": (1, 4),
    "10.1": (0, 2), "10.2": (0, 2), "10.3": (0, 4), "10.4": (5, 11), "10.5": (0, 5), "10.6": (0, 2), "10.7": (0, 3),
    "11.1": (0, 2), "11.2": (0, 3), "11.3": (2, 3), "11.4": (1, 4), "11.5": (0, 1), "11.6": (0, 1),
    "12.1": (1, 3), "12.2": (2, 2), "12.3": (0, 4),
    "13.1": (0, 1), "13.2": (0, 5), "13.3": (0, 2), "13.4": (1, 5),
    "14.1": (0, 2), "14.2": (1, 4), "14.3": (1, 3),
    "15.1": (1, 3), "15.2": (1, 3), "15.3": (1, 7),
    "16.1": (0, 1), "16.2": (0, 5), "16.3": (0, 4), "16.4": (0, 3), "16.5": (0, 3),
    "17.1": (0, 1), "17.2": (0, 4), "17.3": (0, 2),
}  # fmt: skip
# Where a number of level 2 follows one that is of level 3 only.
OTHERS = {"3.7.1": 2, "3.7.2": 2}
LEVELS = {
    f"{section}.{number}": 1 if number <= first else 2
    for section, (first, last) in SECTIONS.items()
    for number in range(1, last + 1)
} | OTHERS
ROW = re.compile(r"^\| (\d[\d.]*)(?:–(\d[\d.]*))? \| ([12]) \| ([^|]+) \| (\w+) \| (.*?) ?\|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows() -> list[tuple[list[str], int, str, str]]:
    """Return the numbers of each row of the chapters, their level, state and what holds them."""
    found = []
    for first, last, level, _, state, held in ROW.findall(DOCUMENT.read_text()):
        section, start = first.rsplit(".", 1)
        numbers = range(int(start), int((last or first).rsplit(".", 1)[1]) + 1)
        found.append(([f"{section}.{number}" for number in numbers], int(level), state, held))
    return found


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_the_standard_has_253_such_requirements() -> None:
    assert (len(LEVELS), list(LEVELS.values()).count(1)) == (253, 70)


def test_every_requirement_stands_there_once_with_its_level() -> None:
    told = [(number, level) for numbers, level, _, _ in rows() for number in numbers]

    assert sorted(told) == sorted(LEVELS.items())


def test_every_test_that_is_named_is_there() -> None:
    named = {(path, name) for path, name in TEST.findall(DOCUMENT.read_text())}

    assert {(path, name) for path, name in named if not (ROOT / path).is_file() or name not in names_in(path)} == set()
    assert len(named) > 80


def test_what_is_met_names_a_test_or_where_it_is_held() -> None:
    without = [
        numbers
        for numbers, _, state, held in rows()
        if state == "met" and not TEST.search(held) and "`make check`" not in held
    ]

    assert without == []
    assert {state for _, _, state, _ in rows()} == STATES


def test_every_deviation_has_its_reason() -> None:
    text = DOCUMENT.read_text().partition("## V1 ")[0]
    told = {
        number.strip() for line in re.findall(r"^\| (\d[^|]*) \|", text, re.MULTILINE) for number in line.split(",")
    }

    assert told == {number for numbers, _, state, _ in rows() if state == "deviation" for number in numbers}


def test_only_known_functions_hash_and_sign() -> None:
    used = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                used.add((node.value.id, node.attr))

    assert {name for module, name in used if module == "hashlib"} <= {"sha256", "blake2b"}
    assert {name for module, name in used if module == "random"} == set()


@pytest.mark.parametrize("name", ["base", "dev", "uv"])
def test_every_dependency_is_pinned_with_its_hashes(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    pinned = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([^\s;\\]+)", text, re.MULTILINE)
    blocks = re.split(r"^(?=[\w.-]+(?:\[[\w,]+\])?==)", text, flags=re.MULTILINE)[1:]

    assert len(pinned) == len(blocks) > 0
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_what_serves_the_register_needs_nothing_of_development() -> None:
    base = (ROOT / "requirements" / "base.in").read_text()

    assert not re.search(r"(?im)^(?:pytest|hypothesis|mypy|ruff|playwright)", base)


def test_passwords_are_kept_as_slow_hashes() -> None:
    assert global_settings.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    assert "PASSWORD_HASHERS" not in (ROOT / "config" / "settings.py").read_text()
    assert PBKDF2PasswordHasher.iterations >= 600_000


def test_lines_of_the_log_say_when_with_the_offset() -> None:
    form = logging_config("INFO")["formatters"]["line"]
    formatter = logging.Formatter(form["format"], form["datefmt"], style=form["style"])
    line = formatter.format(logging.LogRecord("audit.security", logging.INFO, "", 0, "Signed out", None, None))

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} INFO audit\.security: Signed out", line)


def test_logs_go_to_the_console_alone() -> None:
    config = logging_config("WARNING")

    assert {handler["class"] for handler in config["handlers"].values()} == {"logging.StreamHandler"}
    assert {config["loggers"][name]["level"] for name in ("audit.security", "audit.ledger")} == {"INFO"}
