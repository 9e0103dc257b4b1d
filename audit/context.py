"""Gives every page what its frame shows: today, the platform, the pages that exist, the person's preferences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from audit.models import User
from audit.policies import is_examiner, is_security, roles_of

# Label, name of the page, and the first folders of the addresses that belong to it.
MAIN = (
    ("Home", "rotations:home", ()),
    ("Secrets", "inventory:secrets", ("secrets",)),
    ("Rotations", "rotations:rotations", ("rotations",)),
    ("Changes", "audit:changes", ("changes",)),
    ("People", "contacts:people", ("people", "teams", "escalation")),
)
IMPORT = ("Import", "documents:import", ("import",))
FOOT = (
    ("Document", "documents:document", ("document",)),
    ("Escalation path", "contacts:escalation", ("escalation",)),
    ("Reminders", "rotations:reminders", ("reminders",)),
)
EVIDENCE = ("Evidence", "documents:evidence", ("evidence",))
MOST_TO_ASK = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A link to a page that exists; `current` is the value of aria-current, "" elsewhere."""

    label: str
    href: str
    current: str


def ux(request: HttpRequest) -> dict[str, object]:
    """Return what `base.html` needs; no query where the roles are known, unless a template asks `whom_to_ask`."""
    user = request.user if hasattr(request, "user") else None
    account = user if isinstance(user, User) else None
    return {
        "today": timezone.localdate(),
        "now": timezone.now(),
        "platform_name": settings.PLATFORM_NAME,
        "time_zone_name": settings.TIME_ZONE,
        "main_places": _places(MAIN, request.path),
        "foot_places": _places(_foot(account), request.path),
        "calendar_url": address("rotations:calendar"),
        "search_url": address("inventory:search"),
        "admin_url": address("admin:index") if account and account.is_staff else "",
        "theme": account.theme if account else "",
        "shortcuts": account.single_key_shortcuts if account else False,
        "has_role": _has_role(account),
        "whom_to_ask": whom_to_ask,
    }


def address(name: str, *args: object) -> str:
    """Return the address of the page, or "" where there is no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def whom_to_ask() -> list[User]:
    """Return some of those who can grant a role, by name; one query."""
    able = User.objects.filter(is_active=True, grants__role="security") | User.objects.filter(
        is_active=True, is_superuser=True
    )
    return list(able.distinct().order_by("first_name", "last_name", "pk")[:MOST_TO_ASK])


def _foot(account: User | None) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    own = (IMPORT,) if account and is_security(account) else ()
    return (*own, *FOOT, EVIDENCE) if account and is_examiner(account) else (*own, *FOOT)


def _has_role(account: User | None) -> Callable[[], bool]:
    return lambda: account is not None and (account.is_superuser or bool(roles_of(account)))


def _places(known: tuple[tuple[str, str, tuple[str, ...]], ...], path: str) -> list[Place]:
    found = ((label, address(name), folders) for label, name, folders in known)
    return [Place(label, href, _current(href, folders, path)) for label, href, folders in found if href]


def _current(href: str, folders: tuple[str, ...], path: str) -> str:
    if path == href:
        return "page"
    return "true" if path.strip("/").split("/")[0] in folders else ""
