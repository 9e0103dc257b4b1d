"""Knows the sheets about access: the accounts and their roles, and the calendar addresses that open without a login."""

from __future__ import annotations

from datetime import date, datetime

from audit.models import RoleGrant, User
from contacts.models import Person
from documents.evidence.collecting import Ground
from documents.evidence.sheet import Sheet, day, instant, yes
from rotations.models import CalendarFeed

ACCOUNT_COLUMNS = ("account", "name", "person", "e-mail", "active", "superuser", "roles", "granted")
FEED_COLUMNS = ("account", "name", "holds", "made_at", "last_day", "revoked_at", "state")


def accounts(ground: Ground) -> Sheet:
    """Return every account of that day, with who granted its roles."""
    granted = _grants(ground)
    people = {person.account_id: person.name for person in ground.past.rows(Person).values()}
    rows = [
        _account(user, people.get(user.pk, ""), granted.get(user.pk, []))
        for user in sorted(ground.past.rows(User).values(), key=lambda user: user.username)
    ]
    return Sheet(
        name="access",
        title="People with access",
        note="Every account of that day and its roles; an account that is not active opens nothing. No environment"
        " narrows this.",
        columns=ACCOUNT_COLUMNS,
        rows=rows,
        covered=len(rows),
        of=len(rows),
        noun="accounts",
    )


def feeds(ground: Ground) -> Sheet:
    """Return every calendar address that had been made by that day."""
    made = sorted(ground.past.rows(CalendarFeed).values(), key=lambda feed: feed.pk)
    return Sheet(
        name="calendar-addresses",
        title="Calendar addresses",
        note="Private addresses open without a login to whoever has them, and show names and dates. No environment"
        " narrows this.",
        columns=FEED_COLUMNS,
        rows=[_feed(feed, ground.wish.as_of) for feed in made],
        covered=len(made),
        of=len(made),
        noun="addresses",
    )


def _account(user: User, person: str, grants: list[tuple[str, str, datetime]]) -> list[str]:
    roles = sorted({role for role, _, _ in grants} | ({"security"} if user.is_superuser else set()))
    told = "; ".join(f"{role} by {by or 'the system'} at {instant(at)}" for role, by, at in sorted(grants))
    flags = [yes(user.is_active), yes(user.is_superuser)]
    return [user.username, user.name, person, user.email, *flags, ", ".join(roles), told]


def _grants(ground: Ground) -> dict[int, list[tuple[str, str, datetime]]]:
    """Return the roles of each account, each with who granted it and when."""
    found: dict[int, list[tuple[str, str, datetime]]] = {}
    columns = ("user_id", "role", "change_set__actor_name", "change_set__at")
    for key, *grant in ground.past.history(RoleGrant).values_list(*columns):
        found.setdefault(key, []).append((grant[0], grant[1], grant[2]))
    return found


def _feed(feed: CalendarFeed, as_of: date) -> list[str]:
    is_over = feed.expires_on is not None and feed.expires_on < as_of
    state = "revoked" if feed.revoked_at else "expired" if is_over else "open" if feed.account.is_active else "closed"
    dates = [instant(feed.created_at), day(feed.expires_on), instant(feed.revoked_at)]
    return [feed.account.username, feed.account.name, str(feed), *dates, state]
