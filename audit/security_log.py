"""Keeps the log of who came in, who was refused and whose password changed: one line each, nothing that was typed."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.views.csrf import csrf_failure as nothing_saved

from audit.clients import address_of
from audit.models import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

logger = logging.getLogger("audit.security")
GetResponse = Callable[[HttpRequest], HttpResponse]
# Control characters, marks of direction and what else ends a line or is not seen.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
QUOTES = {"\\", '"'}


def one_line(text: str) -> str:
    """Return `text` with everything escaped that could end a line, a quotation, or be overlooked."""
    escaped = (
        f"\\u{ord(mark):04x}" if unicodedata.category(mark) in UNSEEN else f"\\{mark}" if mark in QUOTES else mark
        for mark in text
    )
    return "".join(escaped)


def log_sign_in(sender: object, request: HttpRequest, user: User, **kwargs: object) -> None:
    logger.info("Signed in: %s from %s", _named(user), address_of(request))


def log_sign_out(sender: object, request: HttpRequest, user: User | None, **kwargs: object) -> None:
    if user is not None:
        logger.info("Signed out: %s from %s", _named(user), address_of(request))


def log_failed_sign_in(
    sender: object, credentials: Mapping[str, Any], request: HttpRequest | None = None, **kwargs: object
) -> None:
    logger.warning("Sign-in failed: %s from %s", _known(credentials.get("username")), address_of(request))


def log_throttled(request: HttpRequest | None, name: str) -> None:
    """Tell that somebody tried to sign in who is to wait; `name` is what was typed."""
    logger.warning("Sign-in refused after too many failures: %s from %s", _known(name), address_of(request))


def log_new_password(request: HttpRequest, account: User) -> None:
    """Tell that whoever is signed in gave `account` another password."""
    by = "themselves" if request.user == account else _named(request.user)
    logger.info("Password changed: %s by %s from %s", _named(account), by, address_of(request))


def log_ended_sessions(request: HttpRequest, accounts: Iterable[User]) -> None:
    """Tell that whoever is signed in ended the sessions of `accounts`; of their own all but this one."""
    for account in accounts:
        by = "themselves" if request.user == account else _named(request.user)
        logger.info("Sessions ended: %s by %s from %s", _named(account), by, address_of(request))


def log_refusals(get_response: GetResponse) -> GetResponse:
    """Return the middleware that tells of every answer 403."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 403:
            what = "CSRF check failed" if getattr(request, "csrf_failed", False) else "Permission denied"
            logger.warning("%s: %s by %s from %s", what, _asked(request), _named(request.user), address_of(request))
        return response

    return middleware


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer as Django does, and let the log tell a forged form from a missing right."""
    request.csrf_failed = True  # type: ignore[attr-defined]
    return nothing_saved(request, reason)


def _asked(request: HttpRequest) -> str:
    """Return the method and the page's name; the path, without its query, where no page has a name."""
    page = request.resolver_match.view_name if request.resolver_match is not None else ""
    return one_line(f"{request.method} {page or request.path}")


def _named(user: User | AnonymousUser) -> str:
    return f'"{one_line(user.get_username())}" ({user.pk})' if user.is_authenticated else "nobody"


def _known(typed: object) -> str:
    """Return the account of that name; what was typed instead may be a password."""
    account = User.objects.filter(username=typed).first() if isinstance(typed, str) else None
    return _named(account) if account is not None else "an unknown name"
