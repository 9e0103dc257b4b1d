"""Knows which words of headings, columns and labels mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

_NOT_WORDS = re.compile(r"[^\w]+|_+")
_NUMBERING = re.compile(r"^(?:\d+[.)]?)+\s+")


class Column(StrEnum):
    """What a column of a table holds, by the heading the register gives it."""

    NAME = "Secret Name"
    OWNER = "Owner"
    SLACK = "Slack"
    BACKUP_OWNER = "Backup Owner"
    BACKUP_SLACK = "Backup Slack"
    TYPE = "Type"
    LAST = "Last Rotation"
    NEXT = "Next Rotation"
    STATUS = "Status"
    DATE = "Date"
    ENVIRONMENT = "Environment"
    SECRETS = "Secrets"
    SECRETS_ROTATED = "Secrets Rotated"
    NOTES = "Notes"


def _spelled(words: Mapping[Column, str]) -> dict[str, Column]:
    return {
        spelling: column for column, several in words.items() for spelling in (column.lower(), *several.split(", "))
    }


_OWNER = "primary owner, secret owner, owned by, responsible, owner name"
INVENTORY_COLUMNS = _spelled(
    {
        Column.NAME: "secret, name, secret path, secret names",
        Column.OWNER: _OWNER,
        Column.SLACK: "slack handle, owner slack, slack name, slack user, handle, slack contact",
        Column.BACKUP_OWNER: "backup, secondary owner, second owner, deputy, backup contact",
        Column.BACKUP_SLACK: "backup slack handle, backup handle, backup owner slack",
        Column.TYPE: "secret type, kind, credential type, category",
        Column.LAST: "last rotated, last rotated on, rotated on, last rotation date, rotated, last changed",
        Column.NEXT: "next due, due, due date, due on, next rotation date, next rotation due, rotate by, next",
        Column.STATUS: "state",
        Column.ENVIRONMENT: "env",
    }
)
ROTATION_COLUMNS = _spelled(
    {
        Column.DATE: "rotation date, planned date, planned for, when, day, rotated on, scheduled for, due date",
        Column.ENVIRONMENT: "env, environments, stage",
        Column.OWNER: f"{_OWNER}, rotated by, led by, lead, by",
        Column.SECRETS: "secret, secret name, secret names, scope, what",
        Column.SECRETS_ROTATED: "rotated secrets, rotated, secrets changed",
        Column.STATUS: "state, result, outcome",
        Column.NOTES: "note, comment, comments, remarks, remark, reason",
    }
)

_COMMON_ENVIRONMENTS = (
    ("prod", "production", "live", "prd"),
    ("staging", "stage", "stg", "preproduction"),
    ("dev", "development", "develop"),
    ("test", "testing", "tests"),
    ("sandbox",),
    ("demo",),
    ("qa",),
    ("uat",),
)


def plain_words(text: str) -> str:
    """Return `text` in lower case without punctuation, pictures and the number before a heading."""
    bare = _NUMBERING.sub("", text.strip().casefold().replace("&", " and "))
    return " ".join(_NOT_WORDS.sub(" ", bare).split())


def stems(text: str) -> frozenset[str]:
    """Return the words of `text` in the singular, without those that say nothing of a type."""
    words = frozenset(map(_singular, plain_words(text).split()))
    return words - {"and", "secret", "type", "the", "of"} or words


def best_match(words: str, candidates: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the keys whose names fit `words` best: the same, the same but for form, else part of one another.

    None fit: an empty list. Several fit equally well: all of them, and nobody should choose.
    """
    known = [(key, name) for key, names in candidates.items() for name in names if name]
    wanted, core = plain_words(words), stems(words)
    for fits in (
        lambda name: name == words,
        lambda name: bool(wanted) and plain_words(name) == wanted,
        lambda name: bool(core) and stems(name) == core,
        lambda name: bool(core and stems(name)) and (core <= stems(name) or stems(name) <= core),
    ):
        if found := list(dict.fromkeys(key for key, name in known if fits(name))):
            return found
    return []


def environments_in(words: str, names_by_code: Mapping[str, str]) -> list[str]:
    """Return the codes of the environments that a heading or cell speaks of, in its own order."""
    spoken = plain_words(words)
    places: dict[str, int] = {}
    for code, name in names_by_code.items():
        found = [at for spelling in _spellings(code, name) if (at := f" {spoken} ".find(f" {spelling} ")) >= 0]
        if found:
            places[code] = min(found)
    return sorted(places, key=lambda code: places[code])


def common_name(code: str) -> str:
    """Return what an environment is usually called, such as "Production" for "prod"."""
    found = next((group for group in _COMMON_ENVIRONMENTS if code in group), ())
    name = found[1] if len(found) > 1 and found[0] in ("prod", "dev") else code
    return name.upper() if name in ("qa", "uat") else name.replace("_", " ").replace("-", " ").capitalize()


def _spellings(code: str, name: str) -> set[str]:
    own = {plain_words(code), plain_words(name)} - {""}
    return own | {spelling for group in _COMMON_ENVIRONMENTS if own & set(group) for spelling in group}


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
