"""Knows when a session ends: unused for too long, too old, or because somebody ended it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audit.acts import because
from audit.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet

# What a session holds, in whole seconds since 1970: when somebody signed in, and when it was last used.
SIGNED_IN_AT, USED_AT = "signed_in_at", "used_at"
# A write at every page would cost more than many pages do.
USE_NOTED_EVERY = timedelta(minutes=1)


def begin_session(sender: object, request: HttpRequest, user: User, **kwargs: object) -> None:
    """Note when somebody signed in (a receiver of `user_logged_in`)."""
    now = int(timezone.now().timestamp())
    request.session[SIGNED_IN_AT] = request.session[USED_AT] = now


def end_old_sessions(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the middleware that ends sessions whose time is over, and notes the use of the others.

    It stands before whatever asks who is signed in. Where a session ends, however it does, the browser is told to
    forget the pages that it kept.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        session = request.session
        if SESSION_KEY not in session:
            return get_response(request)
        now = int(timezone.now().timestamp())
        if _is_over(session, now):
            session.flush()
        elif now - session[USED_AT] >= USE_NOTED_EVERY.total_seconds():
            session[USED_AT] = now
        response = get_response(request)
        if SESSION_KEY not in session:
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return middleware


def end_sessions(accounts: QuerySet[User], *, at: datetime) -> int:
    """End every session of the accounts, with an entry in the change log; return how many accounts it were."""
    because("Ended all sessions")
    return accounts.update(sessions_ended_at=at)


def end_other_sessions(request: HttpRequest, account: User, *, at: datetime) -> None:
    """End every session of `account` but that of `request`, whose account it is."""
    because("Signed out everywhere else")
    account.sessions_ended_at = at
    account.save(update_fields=["sessions_ended_at"])
    update_session_auth_hash(request, account)


def _is_over(session: SessionBase, now: int) -> bool:
    """Return whether the session is too old or was not used for too long; one that says neither is over."""
    signed_in, used = session.get(SIGNED_IN_AT), session.get(USED_AT)
    if signed_in is None or used is None:
        return True
    most, idle = timedelta(hours=settings.SESSION_HOURS), timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    return bool(now - signed_in >= most.total_seconds() or now - used >= idle.total_seconds())
