"""Knows passwords that whoever knows the register would try first: its name, its address, its words and a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from audit.policies import AUDITOR, OWNER, SECURITY

# The words of every register; docs/accounts.md lists them.
WORDS = ("secrets index", "secret", "rotation", "register", SECURITY, OWNER, AUDITOR)
# So many letters of one's own make a passphrase, whatever else is in it.
LETTERS = 8
SHORTEST_NAME, SHORTEST_PART = 3, 4
LOOKALIKES = str.maketrans("013457@$!", "oieastasi")


class RegisterWordsValidator:
    """Refuses a password that is little more than words of this register; a passphrase may hold such a word."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError where fewer than eight letters are left without words of the register."""
        # Once as it stands, and once with the figures read as the letters that they resemble.
        plain = password.casefold()
        if any(_is_of_register(text) for text in (plain, plain.translate(LOOKALIKES))):
            raise ValidationError(
                "This password is little more than words that everybody would try here. Use several words of your own.",
                code="password_of_register",
            )

    def get_help_text(self) -> str:
        return "Your password must be more than the name or the words of this register with a number."


def register_words() -> list[str]:
    """Return the words that are no password here, the longest first: letters and figures alone, in small letters."""
    return sorted({word for word in _words() if len(word) >= SHORTEST_NAME}, key=len, reverse=True)


def _words() -> Iterator[str]:
    host = urlsplit(settings.SITE_URL).hostname or ""
    for name in (*WORDS, settings.PLATFORM_NAME, host):
        yield _bare(name)
        yield from (part for part in map(_bare, re.split(r"[\W_]+", name)) if len(part) >= SHORTEST_PART)


def _bare(text: str) -> str:
    return "".join(mark for mark in text.casefold() if mark.isalnum())


def _is_of_register(text: str) -> bool:
    bare, found = _bare(text), False
    for word in register_words():
        found = found or word in bare
        bare = bare.replace(word, " ")
    return found and sum(mark.isalpha() for mark in bare) < LETTERS
