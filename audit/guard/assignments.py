"""Knows values that stand behind a word such as "password:", whatever their format."""

from __future__ import annotations

import re

from audit.guard.placeholders import is_plain_fact, is_uuid, is_wordy, mean_piece, turns
from audit.guard.refusal import Refusal, heuristic
from audit.guard.words import Word, words_for_values

_TAIL = re.compile(
    r"""(?xi)
    (?P<suffix>[\w-]{0,30})
    (?P<mark>["'`*_\])]{0,4}) \s{0,3}
    (?:\((?P<aside>[^()\n]{0,40})\))? \s{0,3}
    (?:(?:of|for|to|on|von|f\u00fcr|de|pour)\s[\w\s\u2019'-]{1,40}?(?=:(?!//)|=|\sis\s))?
    (?P<sign>:?==?>?|:|->|\u2192|\t?\||(?<=\w)>(?=\S)|\s(?:is:?|was|est|ist|war|es|era|jest|\u00e8|\u00e9|\u00e4r)\s|\svalue\s?=|\t|\s[-\u2013\u2014]\s|\s)
    ["'`*_(\s]{0,12}
    """
)
# "login ops, password …", where a blank is as good as a colon.
_LOGIN = re.compile(
    r"(?i)(?:(?:user(?:name)?|login|account|benutzer|usuario|zugang|acceso|acc\u00e8s)\W{1,3}\S{1,40}?\W{1,4}(?:and\W|with\W)?(?:the\W)?|^ENV\s|^ARG\s)"
    r"(?:\w{1,20}[_ ])?\Z"
)
_USED_AS = re.compile(
    r"(?i)\b(?:use|try|take)s?\s{1,3}(?:\w{1,12}:?\s{1,2})?[\"'`*]{0,2}(\S{6,128}?)[\"'`*]{0,2}\s{1,3}as\s(?:the\s|a\s|its\s)?(?:\w{1,12}\s)?pass(?:word|phrase)"
)
_PRINT = re.compile(r"(?i)fingerprint|thumbprint|checksum|digest|public|key[ _-]?id|\bsha")

_VALUE = re.compile(r"[<\[{][^\n]{1,80}?[>\]}](?=[\s\"'`,;.)]|$)|[^\s\"'`]{1,256}")
_ABOUT = re.compile(
    r"(?i)(?:^|[_-])(?:ids?|paths?|names?|arns?|refs?|files?|urls?|uris?|types?|count|length|len|days|version|owner|team"
    r"|fingerprint|format|field|hash|digest|on|at|date|interval|policy|rotation|manager|store|column|env|status|alg|algorithm)$"
)
_BEFORE_CJK = re.compile(r"(?<=[!-~])[\u2e80-\uffff].*")
_MORE_WORDS = re.compile(r"[ \t]+[A-Za-z]")
_WEAK_SIGNS = ("", "-", "\u2013", "\u2014")
_TRAILING = ".,;:)!?\"'`*|]>}"


def assigned_value(text: str) -> Refusal | None:
    """Return the refusal of a value that a word for one announces; None without one."""
    has_password = False
    for word in words_for_values(text):
        has_password |= word.is_strong
        if _announces_value(text, word):
            return heuristic("assignment", f"a value after the word “{word.label}”")
    used = _USED_AS.search(text) if has_password else None
    if used is not None and not is_plain_fact(used[1]) and _could_be_password(used[1], coded=False, announced=True):
        return heuristic("assignment", "a value before the word “password”")
    return None


def _announces_value(text: str, word: Word) -> bool:
    tail = _TAIL.match(text, word.end)
    if tail is None or _ABOUT.search(tail["suffix"]) or not _stands_alone(text, word):
        return False
    if word.is_strong and tail["aside"] and _is_password_aside(tail["aside"]):
        return True
    found = _VALUE.match(text, tail.end())
    if found is None:
        return False
    value = _BEFORE_CJK.sub("", found[0].split("</")[0]).rstrip(_TRAILING) if found[0][0] not in "<[{" else found[0]
    if not value or is_plain_fact(value):
        return False
    sign = tail["sign"].strip(" \n").lower()
    identifier = "_" in tail["suffix"] or text[max(0, word.start - 1) : word.start] in ("_", '"')
    goes_on = value.isalpha() and _MORE_WORDS.match(text, found.end()) is not None
    if sign == ":" and goes_on:
        identifier = False
    coded = (
        sign.startswith("=") or sign in (":=", ">") or (sign in (":", "=>") and (identifier or tail["mark"][:1] == '"'))
    )
    if word.is_strong:
        announced = sign not in _WEAK_SIGNS or _is_alone_after(text, word, found) or _LOGIN.search(_before(text, word))
        return _could_be_password(value, coded=coded, announced=bool(announced))
    if not sign or _PRINT.search(text, max(0, word.start - 40), word.start):
        return False
    if word.label.startswith("cred") and re.fullmatch(r"[\w.@-]{1,64}:\S{6,128}", value):
        value = value.partition(":")[2]
        return not is_plain_fact(value) and _could_be_password(value, coded=coded, announced=True)
    return _could_be_key(value, coded=coded)


def _before(text: str, word: Word) -> str:
    return text[max(0, word.start - 60) : word.start]


def _is_alone_after(text: str, word: Word, found: re.Match[str]) -> bool:
    """Return whether the value ends its line, and stands on a line of its own or behind a dash."""
    between = text[word.end : found.start()]
    apart = "\n" in between or any(dash in between for dash in (" - ", "\u2013", "\u2014"))
    rest = text[found.end() : found.end() + 8].lstrip(" \t`*\"'|")
    return apart and (not rest or rest[0] == "\n") and len(_before(text, word).rpartition("\n")[2]) <= 24


def _is_password_aside(words: str) -> bool:
    """Return whether what stands in parentheses after the word is the password, not something about it."""
    value = words.strip(" \"'`*")
    if " " in value or len(value) < 7 or is_plain_fact(value):
        return False
    return _could_be_password(value, coded=False, announced=True)


def _stands_alone(text: str, word: Word) -> bool:
    if word.is_strong:
        return True
    before, after = text[word.start - 1 : word.start] if word.start else "", text[word.end : word.end + 1]
    return not (before.isalpha() and text[word.start].islower()) and before not in ("/", ":") and not after.isalpha()


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
    if cases and len(value) >= 8 and mean_piece(value) < 3.0:
        return True
    return coded and len(value) >= 4 and letters and value.isascii()


def _could_be_key(value: str, *, coded: bool) -> bool:
    if is_uuid(value):
        return coded
    parts = re.split(r"[-_./:@,=+~]", value)
    longest = max(parts, key=len)
    cased = coded and not value.isupper() and not value.islower() and not any(c in "._/" for c in value)
    if len(value) >= 16 and mean_piece(value) < (3.0 if cased else 2.5 if _mixed(value) else 2.0):
        return True
    if len(longest) >= (8 if coded else 12) and _mixed(longest) and turns(longest) >= 2:
        return True
    symbols = any(c in "!@#$%^&*?" for c in value)
    return coded and symbols and _mixed(value) and len(value) >= 8


def _mixed(token: str) -> bool:
    return any(c.isdigit() for c in token) and any(c.isalpha() for c in token)
