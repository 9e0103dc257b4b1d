"""Knows values that stand behind a word such as "password:", whatever their format."""

from __future__ import annotations

import re

from audit.guard.placeholders import is_plain_fact, is_uuid, is_wordy, mean_piece, turns
from audit.guard.refusal import Refusal, heuristic

_STRONG = r"passw(?:or)?ds?|passwd|passphrase|passcode|pwd|pass(?=\s?=)"
_WEAK = (
    r"secret[ _-]?access[ _-]?keys?|(?:api|access|auth|private|signing|encryption|master|shared|account|service|client"
    r"|app|webhook|unseal|recovery|root)[ _-]?(?:keys?|secrets?|tokens?|creds?)|secrets?"
    r"|tokens?|credentials?|bearer|apikey|keys?"
)
_WORD = re.compile(rf"(?P<strong>{_STRONG})|(?P<weak>{_WEAK})", re.IGNORECASE)
_TAIL = re.compile(
    r"""(?xi)
    (?P<suffix>[\w-]{0,30})
    (?P<mark>["'`*_\])]{0,4}) \s{0,3}
    (?:\([^()\n]{0,40}\))? \s{0,3}
    (?P<sign>:?==?>?|:|->|\t?\||\sis\s|\swas\s|\s)
    \s{0,4} ["'`*_(]{0,4}
    """
)
_VALUE = re.compile(r"[<\[{][^\n]{1,80}?[>\]}](?=[\s\"'`,;.)]|$)|[^\s\"'`]{1,256}")
_ABOUT = re.compile(
    r"(?i)(?:^|[_-])(?:ids?|paths?|names?|arns?|refs?|files?|urls?|uris?|types?|count|length|len|days|version|owner|team"
    r"|fingerprint|format|field|hash|digest|on|at|date|interval|policy|rotation|manager|store|column|env|status|alg|algorithm)$"
)
_TRAILING = ".,;:)!?\"'`*|]>}"
_NEEDLES = ("pass", "pwd", "secret", "token", "credential", "key", "bearer")


def assigned_value(text: str) -> Refusal | None:
    """Return the refusal of a value that a word for one announces; None without one."""
    lowered = text.lower()
    if not any(needle in lowered for needle in _NEEDLES):
        return None
    for word in _WORD.finditer(text):
        if _announces_value(text, word):
            return heuristic("assignment", f"a value after the word “{_label(word)}”")
    return None


def _label(word: re.Match[str]) -> str:
    return "password" if word["strong"] else re.split(r"[ _-]", word[0].lower())[-1].removesuffix("s")


def _announces_value(text: str, word: re.Match[str]) -> bool:
    tail = _TAIL.match(text, word.end())
    if tail is None or _ABOUT.search(tail["suffix"]) or not _stands_alone(text, word):
        return False
    found = _VALUE.match(text, tail.end())
    if found is None:
        return False
    value = found[0].rstrip(_TRAILING) if found[0][0] not in "<[{" else found[0]
    sign = tail["sign"].strip().lower()
    if not value or is_plain_fact(value):
        return False
    identifier = "_" in tail["suffix"] or text[max(0, word.start() - 1) : word.start()] in ("_", '"')
    coded = sign.startswith("=") or sign == ":=" or (sign in (":", "=>") and (identifier or tail["mark"][:1] == '"'))
    if word["strong"]:
        return _could_be_password(value, coded=coded, announced=bool(sign))
    return bool(sign) and _could_be_key(value, coded=coded)


def _stands_alone(text: str, word: re.Match[str]) -> bool:
    before = text[word.start() - 1 : word.start()] if word.start() else ""
    after = text[word.end() : word.end() + 1]
    if word["strong"]:
        return True
    return not (before.isalpha() and word[0][0].islower()) and before not in ("/", ":") and not after.isalpha()


def _could_be_password(value: str, *, coded: bool, announced: bool) -> bool:
    if is_uuid(value):
        return coded
    letters = any(c.isalpha() for c in value)
    digits = any(c.isdigit() for c in value)
    symbols = any(not c.isalnum() and c not in "-_./:,'" for c in value)
    cases = any(c.isupper() for c in value) and any(c.islower() for c in value)
    if not announced:
        return len(value) >= 8 and letters and digits and (symbols or cases) and not is_wordy(value)
    if letters and (digits or symbols):
        return len(value) >= 6
    if digits and not letters:
        return len(value) >= 6
    if cases and len(value) >= 8 and mean_piece(value) < 2.5:
        return True
    return coded and len(value) >= 4 and letters and value.isascii()


def _could_be_key(value: str, *, coded: bool) -> bool:
    if is_uuid(value):
        return coded
    parts = re.split(r"[-_./:@,=+~]", value)
    longest = max(parts, key=len)
    if len(value) >= 16 and mean_piece(value) < (2.5 if _mixed(value) else 2.0):
        return True
    if len(longest) >= (8 if coded else 12) and _mixed(longest) and turns(longest) >= 2:
        return True
    symbols = any(c in "!@#$%^&*?" for c in value)
    return coded and symbols and _mixed(value) and len(value) >= 8


def _mixed(token: str) -> bool:
    return any(c.isdigit() for c in token) and any(c.isalpha() for c in token)
