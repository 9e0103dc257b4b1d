"""Knows random-looking text: alone, or near a word that speaks of a value."""

from __future__ import annotations

import math
import re
from collections import Counter

from audit.guard.placeholders import is_example, is_path, is_uuid, is_wordy, mean_piece, turns
from audit.guard.refusal import Refusal, heuristic

_TOKEN = re.compile(r"[A-Za-z0-9+/=_\-.~]{20,}")
_HARMLESS = re.compile(
    r"""(?xi)
    arn:[^\s]{1,2048}
    | \b(?:https?|slack|webcal|ftp|s3|gs|git|ssh)://[^\s]{1,4096}
    | \bsha(?:1|256|384|512)[:=-][A-Za-z0-9+/]{20,128}={0,2}
    | \b(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\w{1,20}|sk-ssh-\S{1,40})\s{1,3}[A-Za-z0-9+/]{20,4096}={0,3}
    | [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}
    | \b(?:i|ami|vol|sg|subnet|vpc|eni|snap|rtb|igw|nat|eipalloc|acl|lt|fs|tgw|vpce|pl)-[0-9a-f]{8,17}\b  # of AWS
    | \b(?-i:A(?:RO|ID|NP|GP|IP|NV|PK|SC)A[A-Z0-9]{16,17})\b  # of roles, users and certificates of AWS
    | \bcreds/[\w-]{1,64}/[A-Za-z0-9]{20,28}\b  # a lease of Vault
    | \b[a-z][a-z0-9]{0,62}(?:-[a-z0-9]{1,62}){0,6}-[0-9a-f]{8,10}-[a-z0-9]{5}\b  # a pod of Kubernetes
    | \b(?:ledger|head|expect)\b[ ]?(?:of[ ]the[ ]ledger)?[:=]?[ ]{0,2}\d{1,12}:[0-9a-f]{64}\b  # of a register
    """
)
_CONTEXT = re.compile(r"secret|token|passw|passphrase|\bpwd|credential|bearer|\bauth|key|login")
_OTHER = re.compile(
    r"commit|\bsha|\bhash|checksum|digest|fingerprint|thumbprint|revision|etag|md5|key[ _-]?id|\bkid\b|public"
    r"|certificate|serial|accessor|\bpgp|\bgpg|\btrace|request id|\bimage|\bbuild"
)
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_LONG_WORD = re.compile(r"(?<!\S)\S{10,}")
_HOST = re.compile(r"(?i)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}\.[a-z]{2,24}")
_QUOTES = " \t\r\n\"'`*()<>.,;:"
_EMAIL = re.compile(r"\S{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_SYMBOLS = "!@#$%^&*?+=~"
_BEFORE, _AFTER = 80, 40


def random_looking(text: str) -> Refusal | None:
    """Return the refusal of random-looking text that stands alone or near a word for a value; None without one."""
    bare = text.strip(_QUOTES)
    if 10 <= len(bare) <= 4096 and not any(map(str.isspace, bare)) and _is_lone_value(text.strip(), bare):
        return heuristic("lone-random-text", "a value that was pasted as it is")
    # Most texts have no such word at all; taking away what is harmless costs more than looking for one.
    if _TOKEN.search(text) is None and not any(_is_password(word[0]) for word in _LONG_WORD.finditer(text)):
        return None
    rest = _HARMLESS.sub(" ", text)
    for token in _TOKEN.finditer(rest):
        if _is_random(token[0]) and _is_near_a_word(rest, token):
            return heuristic("random-text-near-a-word", "a value next to the word for it")
    for word in _LONG_WORD.finditer(rest):
        if _is_password(word[0]) and _is_near_a_word(rest, word):
            return heuristic("random-text-near-a-word", "a value next to the word for it")
    return None


def _is_lone_value(whole: str, bare: str) -> bool:
    if _HARMLESS.fullmatch(bare) or is_uuid(bare) or "://" in bare or is_example(bare):
        return False
    if (rest := _HARMLESS.sub("", bare)) != bare and not _is_random(rest):
        return False
    if _HEX.fullmatch(bare):
        return len(bare) in (32, 48, 64, 96, 128) and not _is_uuid_hex(bare) and _is_random(bare)
    if _TOKEN.fullmatch(bare) and _is_random(bare):
        return True
    dense = len(bare) >= 14 and bare.isalnum() and _kinds(bare) == 3 and mean_piece(bare) < 1.9 and turns(bare) >= 3
    return dense or _is_password(whole)


def _kinds(token: str) -> int:
    """Return how many of lower case, upper case, digits and symbols `token` uses."""
    tests = (str.islower, str.isupper, str.isdigit, _SYMBOLS.__contains__)
    return sum(any(map(test, token)) for test in tests)


def _is_password(word: str) -> bool:
    if not 10 <= len(word) <= 128 or not word.isascii() or _kinds(word) < (3 if _is_wild(word) else 4):
        return False
    if word[0] in "<[{$#" or any(mark in word for mark in ('="', "${", "://", "](", "()", "**")):
        return False
    return not (_EMAIL.fullmatch(word) or is_path(word) or is_example(word)) and mean_piece(word) < 3.5


def _is_wild(word: str) -> bool:
    """Return whether `word` mixes symbols into letters of both cases as no name does."""
    return len(word) >= 12 and sum(map(_SYMBOLS.__contains__, word)) >= 2 and mean_piece(word) < 3.0


def _is_random(token: str) -> bool:
    """Return whether `token` is too irregular for a name, a path, a host or a number."""
    token = token[:4096].strip("=-_.")
    if len(token) < 20 or not any(map(str.isalpha, token)):
        return False
    if not any(map(str.isdigit, token)) and mean_piece(token) >= 2.2:
        return False
    if len(set(token)) < 10 or is_example(token) or is_path(token) or _is_slug(token) or _HOST.fullmatch(token):
        return False
    return (mean_piece(token) < 3.0 or turns(token) >= 5) and _entropy(token) >= 3.0


def _is_slug(token: str) -> bool:
    """Return whether `token` is words and numbers with separators, such as `northwind-prod-2026-07-14-backup`."""
    parts = [part for part in re.split(r"[-_.~/=+]", token) if part]
    return len(parts) > 1 and all(part.isdigit() or (is_wordy(part) and len(part) < 24) for part in parts)


def _is_uuid_hex(token: str) -> bool:
    return len(token) == 32 and token[12] in "47" and token[16].lower() in "89ab"


def _is_near_a_word(text: str, token: re.Match[str]) -> bool:
    found = token[0].strip("=-_.")
    if _HEX.fullmatch(found) and (len(found) == 40 or _is_uuid_hex(found)):
        return False
    around = text[max(0, token.start() - _BEFORE) : token.start()] + " " + text[token.end() : token.end() + _AFTER]
    around = around.lower()
    if _OTHER.search(around) is not None:
        return False
    return _CONTEXT.search(around) is not None or _is_surely_random(found)


def _is_surely_random(token: str) -> bool:
    return len(token) >= 32 and _kinds(token) >= 3 and mean_piece(token) < 2.2 and _entropy(token[:4096]) >= 4.2


def _entropy(token: str) -> float:
    """Return the Shannon entropy of `token` in bits per character."""
    size = len(token)
    return -sum(n / size * math.log2(n / size) for n in Counter(token).values())
