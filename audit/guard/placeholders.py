"""Knows what stands in the place of a value: gaps, masks, examples, references, paths, plain facts."""

from __future__ import annotations

import re
from itertools import pairwise

_EXAMPLE = re.compile(
    r"(?i)example|placeholder|redacted|change[_-]?me|dummy|your[_-]|[_-]here\b|not[_-]?a[_-]?real"
    r"|\*{3}|\.{3}|#{3}|\u2026"
)
_CROSSES = re.compile(r"[xX]{4,}")
_CODE = re.compile(
    r"[A-Za-z_]+[._]\w+(?:\.\w+)*\([^()]{0,80}\)?"  # models.CharField(…), get_password(…)
    r"|[A-Za-z]{1,20}_(?:password|passwd|pwd|secret|token|key)s?\d?"  # other_password
)
_PRINT = re.compile(r"(?i)(?:sha-?(?:1|256|384|512)|md5)[:=][A-Za-z0-9+/=:]{16,128}")
_BRACKETED = re.compile(
    r"<[^<>]{1,80}>?|\[[^\[\]]{1,80}\]?|\{{1,2}[^{}]{1,80}\}?|\$\{[^{}]{1,80}\}?|\$\([^()]{1,80}\)?"
)
_REFERENCE = re.compile(
    r"""(?x)
    \$[A-Z_][A-Z0-9_]* | %[A-Za-z_]{1,40}%   # $VAR, %VAR%
    | (?:op|vault|bao|env|ref\+|arn|ssm|file|secretsmanager|gcp-?sm|azure-?kv|awssm)[:+]\S*
    | (?:os\.environ|os\.getenv|environ|getenv|process\.env|env|secrets?|vars?|vault|config|settings)[.(\[]\S*
    | !(?:vault|secret|env|ref|sub|reference)\S*
    """
)
_MASK = re.compile(r"[*\u2022\u25cf.\-_=#?xX0]+")
_EVERYDAY = """
    none null nil true false yes no unknown unset empty missing blank tbd todo n/a na pending rotated expired
    required optional stored managed shared generated random secret secrets password passwords passphrase token
    string value hidden masked redacted encrypted hashed removed revoked quarterly monthly yearly weekly daily
    active deprecated compromised retired overdue planned vault keychain bitwarden lastpass keepass dashlane
    alphanumeric hexadecimal base64 manual automatic internal external required changed unchanged disabled enabled
    prompt stdin default admin user username owner backup security devops engineering production staging
    development str bytes text int bool charfield optional[str] 1password 1pass 2fa mfa otp 1passwd keepass2
"""
_ORDINARY = frozenset(_EVERYDAY.split())
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T_ ]\S*)?")
_UUID = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_URL = re.compile(r"(?i)(?:https?|ftp|slack|mailto|tel|ssh|git):\S*|www\.\S+")
_EMAIL = re.compile(r"[^\s@]{1,64}@[\w.-]{1,255}\.[A-Za-z]{2,24}|@[\w.-]+")
_PATH = re.compile(r"[\w@.<>{}$:*#/~+-]+")
_TICKET = re.compile(r"#?[A-Z]{2,10}-\d{1,7}|#\d+|[Qq][1-4](?:[-/]\d{4})?")
_MEASURE = re.compile(
    r"(?i)[<>=~+]{0,2}\d{1,5}(?:[-.,x]\d{1,5})?[-+]?"
    r"(?:char(?:acter)?s?|bits?|bytes?|hex|digits?|letters?|words?|days?|hours?|minutes?|months?|weeks?"
    r"|years?|[dhms]|kb|mb|%)?"
    r"(?:-[a-z]+)*"
)
_ALGORITHM = re.compile(
    r"(?i)(?:(?:hmac|aes|rsa|ecdsa|ed|curve|sha|md|hs|rs|es|ps|x|p|tls|ssl|base|utf|bcrypt|argon|scrypt|pbkdf|oauth"
    r"|saml|v|version|secp|pkcs|jwt|oidc|mtls|s)[-_. ]?\d{1,5}[a-z]{0,3}\d?"
    r"(?:[-_/.](?:gcm|cbc|ctr|hex|sha\d*|\d+|\w{1,6}))*)"
)
_SHAPES = (_MASK, _DATE, _URL, _EMAIL, _TICKET, _MEASURE, _ALGORITHM, _CODE, _PRINT)


def is_example(body: str) -> bool:
    """Return whether a body in a known format is only a mask or an example of one."""
    if len(set(body)) <= 3 or _EXAMPLE.search(body) is not None:
        return True
    # Four crosses happen in a long random key; in a mask they are a good part of it.
    crosses = _CROSSES.search(body)
    return crosses is not None and len(crosses[0]) * 4 >= len(body)


def is_reference(value: str) -> bool:
    """Return whether `value` is a gap, a variable or an address in a store."""
    shapes = (_BRACKETED, _REFERENCE, _MASK)
    return any(shape.fullmatch(value) for shape in shapes)


def is_uuid(value: str) -> bool:
    """Return whether `value` is written as a UUID."""
    return _UUID.fullmatch(value) is not None


def is_plain_fact(value: str) -> bool:
    """Return whether `value` is an everyday word, date, length, algorithm, ticket, address, path or placeholder."""
    return (
        value.lower() in _ORDINARY
        or is_reference(value)
        or is_example(value)
        or any(shape.fullmatch(value) for shape in _SHAPES)
        or is_path(value)
    )


def is_path(value: str) -> bool:
    """Return whether `value` reads as a path of words, such as `prod/stripe/secret_key`."""
    if "/" not in value or _PATH.fullmatch(value) is None:
        return False
    calm = value == value.lower() or mean_piece(value) >= 2.5
    return calm and all(is_wordy(part) for part in re.split(r"[-_./]", value))


_PIECES = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")


def mean_piece(token: str) -> float:
    """Return the mean length of the runs of one kind of character: long in names, short in random text."""
    pieces = _PIECES.findall(token)
    return sum(map(len, pieces)) / len(pieces) if pieces else 0.0


def turns(token: str) -> int:
    """Return how often `token` turns from letters to digits or back: once in `ed25519`, often in a key."""
    return sum(a.isdigit() != b.isdigit() for a, b in pairwise(token))


def is_wordy(token: str) -> bool:
    """Return whether `token` is made of words and short numbers, as names are."""
    return len(token) < 8 or mean_piece(token) >= 3.0


def is_everyday(value: str) -> bool:
    """Return whether `value` is one of the words that say something about a value, such as `required`."""
    return value.lower() in _ORDINARY
