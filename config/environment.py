"""Reads settings from the environment and refuses wrong ones by name; never repeats a value that may be secret."""

import zoneinfo
from datetime import datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from contacts.holidays import is_known_place

DATABASE_SCHEMES = ("postgresql://", "postgres://", "sqlite://")
MAIL_SCHEMES = ("smtp+tls", "smtps", "smtp+ssl", "smtp", "consolemail", "memorymail", "dummymail")
MAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # sends nothing
MAIL_SECONDS = 20
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}

_env = environ.FileAwareEnv()


def read_env_file(default: Path) -> None:
    """Take settings that the environment does not hold from the file named by ENV_FILE, else from `default`."""
    path = Path(str(_env.str("ENV_FILE", str(default))))
    if path.is_file():
        environ.Env.read_env(path)


def refuse(name: str, what: str, to_do: str) -> ImproperlyConfigured:
    """Return the error that names the setting, what is wrong with it and what to do."""
    return ImproperlyConfigured(f"{name} {what}. {to_do} (See docs/settings.md; {name}_FILE may name a file instead.)")


def text(name: str, default: str | None = None, to_do: str = "Set it.") -> str:
    """Return the text of NAME, or of the file that NAME_FILE names, without surrounding space."""
    try:
        value = str(_env.str(name, "")).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(f"{name}_FILE", f"cannot be read ({type(error).__name__})", "Name a readable text file.") from None
    if value:
        return value
    if default is None:
        raise refuse(name, "is missing", to_do)
    return default


def flag(name: str, *, default: bool) -> bool:
    """Return a yes or no."""
    value = text(name, "yes" if default else "no").lower()
    if value not in YES | NO:
        raise refuse(name, "is neither yes nor no", "Write yes or no.")
    return value in YES


def whole_number(name: str, default: int, *, at_least: int = 0) -> int:
    """Return a whole number of at least `at_least`."""
    value = text(name, str(default))
    if not value.isdecimal() or int(value) < at_least:
        raise refuse(name, "is not a whole number it could be", f"Write a number of at least {at_least}.")
    return int(value)


def words(name: str, default: list[str]) -> list[str]:
    """Return a list written with commas."""
    return [word.strip() for word in text(name, ",".join(default)).split(",") if word.strip()]


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Return one of `allowed`, in any case."""
    value = text(name, default).upper()
    if value not in allowed:
        raise refuse(name, "is none of its choices", f"Write one of {', '.join(allowed)}.")
    return value


def long_key(name: str, *, minimum: int = 50) -> str:
    """Return a secret key of at least `minimum` characters."""
    to_do = 'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(64))"'
    value = text(name, to_do=to_do)
    if len(value) < minimum or len(set(value)) < 5:
        raise refuse(name, f"is too easy to guess (at least {minimum} characters are needed)", to_do)
    return value


def time_zone(name: str, default: str) -> str:
    """Return the name of a time zone that this machine knows."""
    value = text(name, default)
    if value not in zoneinfo.available_timezones():
        raise refuse(name, "is no time zone", "Write a name such as Europe/Berlin or UTC.")
    return value


def holidays(name: str) -> str:
    """Return the place whose holidays count, or "" for none."""
    value = text(name, "")
    if value and not is_known_place(value):
        raise refuse(name, "is no place whose holidays are known", "Write a country such as DE, or a part: DE-BY.")
    return value


def time_of_day(name: str, default: str) -> time:
    """Return a time of day written as 10:00."""
    try:
        return datetime.strptime(text(name, default), "%H:%M").time()  # noqa: DTZ007  (a time of day has no zone)
    except ValueError:
        raise refuse(name, "is no time of day", "Write it as 10:00.") from None


def days_around(name: str, default: str, *, count: int) -> list[int]:
    """Return `count` different whole numbers of days within a year, those after a day below zero."""
    days = words(name, default.split(","))
    try:
        found = [int(day) for day in days]
    except ValueError:
        found = []
    if len(set(found)) != count or any(not 0 < abs(day) <= 366 for day in found):
        raise refuse(name, "is no list of days", f"Write {count} different numbers, such as {default}.")
    return found


def site_url(name: str, *, https: bool) -> str:
    """Return the address people type, without a slash at its end: scheme and host, nothing else."""
    example = "Write the address people type, such as https://secrets.example.org."
    value = text(name, to_do=example).rstrip("/")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise refuse(name, "is no address", example) from None
    if parts.scheme not in {"http", "https"} or not host or any(mark.isspace() for mark in value):
        raise refuse(name, "is no address", example)
    if parts.username or parts.password or parts.path or parts.query or parts.fragment:
        raise refuse(name, "holds more than scheme, host and port", example)
    if https and parts.scheme != "https":
        raise refuse(name, "does not begin with https://", f"{example} Or say HTTPS=no where nothing secret is kept.")
    return value


def database(name: str) -> dict[str, Any]:
    """Return Django's description of the database that an address names."""
    to_do = "Write postgresql://user:password@host:5432/name or sqlite:////path/to/file.sqlite3."
    address = text(name, to_do=to_do)
    if not address.startswith(DATABASE_SCHEMES):
        raise refuse(name, "names no database this register can use", to_do)
    try:
        described = dict(environ.Env.db_url_config(address))
    except Exception:  # the library raises many kinds, some with the password in their words
        raise refuse(name, "cannot be understood", to_do) from None
    if not described.get("NAME"):
        raise refuse(name, "names no database", to_do)
    described["ENGINE"] = described["ENGINE"].replace("django.db.", "audit.")
    return described


def mail(name: str, *, https: bool) -> dict[str, Any]:
    """Return Django's settings for the mail server that an address names; without one, nothing is sent.

    Where HTTPS is asked for, mail leaves this machine through TLS only.
    """
    to_do = "Write smtp+tls://user:password@host:587, or smtp+ssl://user:password@host:465."
    address = text(name, "")
    if not address:
        return {"EMAIL_BACKEND": MAIL_BACKEND}
    try:
        scheme, host = urlsplit(address).scheme, urlsplit(address).hostname
        described = dict(environ.Env.email_url_config(address)) if scheme in MAIL_SCHEMES else {}
    except Exception:  # the library's words may hold the password
        raise refuse(name, "cannot be understood", to_do) from None
    if not described or (scheme.startswith("smtp") and not host):
        raise refuse(name, "names no mail server", to_do)
    if https and scheme == "smtp" and host not in LOOPBACK:
        raise refuse(name, "would send mail without TLS", f"{to_do} smtp:// is for a server on this machine.")
    ports = {"smtp": 25, "smtp+ssl": 465}
    described["EMAIL_PORT"] = described.get("EMAIL_PORT") or ports.get(scheme, 587)
    known = ("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD")
    chosen = {key: described[key] or "" for key in known if key in described}
    security = {key: bool(described.get(key)) for key in ("EMAIL_USE_TLS", "EMAIL_USE_SSL")}
    return {**chosen, **security, "EMAIL_TIMEOUT": MAIL_SECONDS}


def mail_address(name: str, default: str) -> str:
    """Return an e-mail address, nothing around it."""
    value = text(name, default)
    try:
        validate_email(value)
    except ValidationError:
        if value != default:
            raise refuse(name, "is no e-mail address", "Write one such as secrets@example.org.") from None
    return value


def named_addresses(name: str) -> dict[str, str]:
    """Return the HTTPS addresses that stand behind names, as Team=https://…, with commas; names in small letters."""
    to_do = "Write Team=https://…, and a comma before the next one."
    found: dict[str, str] = {}
    for pair in words(name, []):
        who, mark, address = (part.strip() for part in pair.partition("="))
        try:
            parts = urlsplit(address)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise refuse(name, "holds something that is no address", to_do) from None
        safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
        if not mark or not who or not host or not safe or who.casefold() in found:
            raise refuse(name, "holds something that is no team with an https:// address of its own", to_do)
        found[who.casefold()] = address
    return found
