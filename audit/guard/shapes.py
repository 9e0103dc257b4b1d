"""Knows what no provider marks: private keys, signed tokens, passwords in addresses, connections and commands."""

from __future__ import annotations

import base64
import binascii
import re

from audit.guard.formats import Format, format_of, is_anything, is_no_example, is_numbered
from audit.guard.placeholders import is_everyday, is_reference, mean_piece

_EXAMPLE_PASSWORD = re.compile(
    r"(?i)(?:\w{0,20}[_-])?(?:example|placeholder|redacted|change[_-]?me|password|passwd|pass|pwd|secret|token|your[_"
    r"-]\S*)"
    r"|your[_-]\S*|\S*(?:\*{3}|\.{3}|x{4}|\u2026)\S*"
)
_PORT = re.compile(r"\d{1,5}[/?#]")


def _password(body: str) -> bool:
    """Return whether `body` can be a password: no port, no variable, no example of one."""
    body = body.strip("\"'`;,")
    if not body or _PORT.match(body) or is_reference(body) or is_everyday(body):
        return False
    return _EXAMPLE_PASSWORD.fullmatch(body) is None or (body.islower() and body in _COMMON)


# Words that stand in examples, and are the real password often enough where a whole address is written out.
_COMMON = frozenset({"secret"})


def _typed(body: str) -> bool:
    """Return whether `body` is more likely typed as a password than as the next word of a sentence."""
    return _password(body) and (is_numbered(body) or (not body.islower() and mean_piece(body) < 3.0))


def _basic(body: str) -> bool:
    try:
        decoded = base64.b64decode(body + "=" * (-len(body) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return False
    return ":" in decoded and decoded.isprintable()


_WHERE = (
    r"(?:user(?:name|[ _]?id)?|uid|login|server|hostname|host|data[ _]source|addr(?:ess)?|dsn|driver|dbname|database"
    r"|initial catalog|db|port)"
)
_WHAT = r"(?:password|passwd|pwd)"

KEYS: tuple[Format, ...] = (
    format_of("private-key", "a private key", "PRIVATE",
              r"-{4,5}\s?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?\s?-{4,5}(?:\s|\\?[nr]|[>|\"',+]){0,12}"
              r"(?:[A-Za-z0-9+/=]{4}|(?:Proc-Type|Version|Comment|DEK-Info|Hash|Charset):)", is_anything),
    format_of("private-key", "a private key", "PRIVATE",
              r"\A[\s\"'`]*-{4,5}\s?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?\s?-{4,5}[\"']?\s*(?:\Z|\n)",
              is_anything),
    # The beginnings of private keys whose first and last lines were left out: PKCS #1, PKCS #8, EC, Ed25519, OpenSSH.
    format_of("private-key", "a private key", "MII MHcCAQEE MHQCAQEE MIGHAgEA MC4CAQAw b3BlbnNzaC1rZXk",
              r"(?<![A-Za-z0-9+/])((?:MII[A-Za-z0-9]{2}[AQgw]IBA[AD]|MIGHAgEA|MH[cQ]CAQEE|MC4CAQAwBQYDK2|b3BlbnNzaC1r"
              r"ZXktdjE)"
              r"[A-Za-z0-9+/\s]{40})", is_anything),
    format_of("putty-key", "a PuTTY private key", "PuTTY-User-Key-File", r"PuTTY-User-Key-File-\d", is_anything),
    format_of("private-jwk", "a private key in JSON", '"d"', r'"d"\s{0,9}:\s{0,9}"([A-Za-z0-9_-]{40,})"'),
    format_of("private-key-xml", "a private key in XML", "<D>", r"<D>\s{0,9}([A-Za-z0-9+/=]{40,})"),
    format_of("wireguard-key", "a WireGuard key", "PrivateKey PresharedKey",
              r"(?:PrivateKey|PresharedKey)\s{0,3}=\s{0,3}([A-Za-z0-9+/]{42,43}=)"),
    format_of("json-web-token", "a signed token (JWT)", "eyJ",
              r"(?<![A-Za-z0-9_-])(eyJ[A-Za-z0-9_-]{8,4000}\.(?:[A-Za-z0-9_-]{8,8000}|\.?)\.[A-Za-z0-9_.-]{8,})",
              is_no_example),
    format_of("password-hash", "the hash of a password", "$ {SHA} {SSHA}",
              r"(?:\$(?:2[abxy]\$\d\d\$[./A-Za-z0-9]{30,}|apr1\$[^\s$]{1,16}\$[./A-Za-z0-9]{16,}"
              r"|[156y7]\$[^\s:]{0,60}\$[./A-Za-z0-9]{20,}"
              r"|argon2i?d?\$\S{20,}|scrypt\$\S{20,})|\{S?SHA(?:256|512)?\}[A-Za-z0-9+/]{20,})", is_no_example),
)  # fmt: skip

ADDRESSES: tuple[Format, ...] = (
    format_of("address-with-password", "an address with a password in it", "://",
              r"://[^\s:/@?#]{0,128}:([^\s@]{1,256})@[\w.\[<{$%-]", _password),
    format_of("address-with-password", "an address with a password in it", "://",
              r"(?i)://[^\s?#]{0,256}[?;#](?:[^\s?#&;]{0,128}[&;]){0,16}" + _WHAT + r"=([^\s&;#\"'`]{3,128})",
              _password),
    format_of("address-with-password", "an address with a password in it", "jdbc:",
              r"(?i)jdbc:[a-z0-9:]{2,40}:[\w.-]{1,64}/([^\s@/]{2,128})@", _password),
    format_of("connection-string", "a connection string with a password in it", "=",
              r"(?i)\b" + _WHERE + r"\s?=[^=\n]{0,80}[;\s,&]\s?" + _WHAT + r"\s?=\s?([^;\s&]{3,128})", _password),
    format_of("connection-string", "a connection string with a password in it", "=",
              r"(?i)(?<![a-z0-9_])" + _WHAT + r"\s?=\s?([^;\s&]{3,128})[;\s,&]\s?" + _WHERE + r"\s?=", _password),
    format_of("password-file", "a line of a password file", "machine",
              r"\bmachine\s{1,8}\S{1,128}\s{1,8}login\s{1,8}\S{1,128}\s{1,8}password\s{1,8}(\S{3,128})", _password),
    format_of("password-file", "a line of a password file", ":5432: :5433: :6432: :*:",
              r"(?<![\w.:@/-])(?:[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}|localhost|\*):(?:\d{4,5}|\*)"
              r":[\w*-]{1,64}:[\w.@*-]{1,64}:([^\s:]{4,128})", _password),
)  # fmt: skip

COMMANDS: tuple[Format, ...] = (
    format_of("basic-auth", "a basic authentication header", "asic",
              r"[Bb]asic\s{1,3}([A-Za-z0-9+/]{8,400}={0,2})(?![A-Za-z0-9+/=])", _basic),
    format_of("bearer-token", "a bearer token", "earer",
              r"[Bb]earer[\s:=]{1,3}([A-Za-z0-9._~+/-]{16,}=*)", is_numbered),
    format_of("command-password", "a command with a password in it", "curl wget http",
              r"\s(?:-u|--user|--password|--pass)[\s=]{1,3}[\"']?(?:[^\s:\"']{1,64}:)([^\s\"']{3,128})", _password),
    format_of("command-password", "a command with a password in it", "--password --pass --http-password --pgpassword",
              r"--(?:[a-z]{1,16}-)?pass(?:word)?(?:=|\s{1,2})[\"']?([^\s\"'-][^\s\"']{4,128})", _typed),
    format_of("command-password", "a command with a password in it",
              "sshpass mysql mariadb redis-cli docker helm openssl htpasswd smbclient",
              r"(?:sshpass\s{1,3}-p\s?|(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n|;]{0,128}\s-p|redis-cli\b[^\n|;]"
              r"{0,128}\s-a\s{1,2}"
              r"|(?:docker|helm)\s[^\n|;]{0,64}login\b[^\n|;]{0,128}\s-p\s{1,2}|openssl\b[^\n|;]{0,256}pass:"
              r"|htpasswd\s-\w{0,4}b\w{0,4}\s\S{1,128}\s\S{1,64}\s"
              r"|smbclient\b[^\n|;]{0,128}%)[\"']?([^\s\"'-][^\s\"']{2,128})", _password),
)  # fmt: skip
