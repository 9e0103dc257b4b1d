"""Knows how the sample register begins: four accounts, and the sample document as it was a year ago."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from audit.models import ChangeSet, RoleGrant, User
from contacts.models import Person, Team
from documents.importing.plan import carry_out, plan
from documents.sample_reminders import tell_people
from documents.story import Cast, act_on, tell_a_year

DOCUMENT = Path(__file__).parent / "sample" / "northwind.md"
# The day on which the sample document was written.
WRITTEN_ON = date(2026, 7, 14)
PASSWORD = "northwind"  # noqa: S105  (everybody knows it: the sample is for looking)
YEAR = timedelta(days=366)

_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@dataclass(frozen=True, slots=True)
class _Account:
    """Somebody who can sign in to the sample."""

    username: str
    first_name: str
    last_name: str
    what: str
    role: str = ""


ACCOUNTS = (
    _Account("owner", "Jonas", "Weber", "owns secrets: records and hands over what is his"),
    _Account("security", "Lena", "Fischer", "leads security: may do everything, imports included"),
    _Account("reviewer", "Mateo", "Rossi", "reviews what security changes: nobody reviews their own", role="security"),
    _Account("auditor", "Noor", "Haddad", "audits: sees everything, changes nothing"),
)
_TEAMS = {
    "Amara Okafor": "Commerce team",
    "Sofia Lindgren": "Commerce team",
    "Mateo Rossi": "Security team",
    "Lena Fischer": "Security team",
}
_LEADS = {"Commerce team": "Amara Okafor", "Platform team": "Priya Nair", "Security team": "Lena Fischer"}


def fill(*, today: date) -> None:
    """Fill an empty register with the year before `today`."""
    security = _make_accounts(today - YEAR)
    begin = today - YEAR + timedelta(days=1)
    with act_on(begin, security, "Our page of secrets, as it stood", hour=9, source=ChangeSet.Source.IMPORT) as act:
        planned = plan(_document(as_of=begin), by=security, at=act.now(), today=begin, lock=True)
        carry_out(planned, leave_out_problems=False)
    owner, reviewer = User.objects.get(username="owner"), User.objects.get(username="reviewer")
    _introduce_people([security, owner, reviewer], begin + timedelta(days=1))
    tell_a_year(Cast(security=security, reviewer=reviewer, owner=owner), today=today)
    tell_people(today=today)


def _make_accounts(day: date) -> User:
    with act_on(day, None, "The register was set up", hour=8, source=ChangeSet.Source.SYSTEM):
        for account in ACCOUNTS:
            names = {"first_name": account.first_name, "last_name": account.last_name}
            user = User.objects.create_user(
                account.username, f"{account.username}@northwind.example", PASSWORD, **names
            )
            RoleGrant.objects.create(user=user, role=account.role or account.username)
    return User.objects.get(username="security")


def _introduce_people(known: Sequence[User], day: date) -> None:
    """Give people their accounts, teams and addresses, which a document does not hold."""
    accounts = {f"{user.first_name} {user.last_name}": user for user in known}
    with act_on(day, known[0], "Completed who is who", hour=14):
        for number, person in enumerate(Person.objects.order_by("name"), 1):
            person.account = accounts.get(person.name)
            person.email = f"{person.slack_handle or 'someone'}@northwind.example"
            person.phone = person.phone or f"+49 30 5550 15{number:02}"
            person.time_zone = "Europe/Berlin"
            team = _TEAMS.get(person.name, "Platform team")
            person.team = Team.objects.get_or_create(name=team)[0]
            person.save()
        for team, lead in _LEADS.items():
            Team.objects.filter(name=team).update(lead=Person.objects.get(name=lead))


def _document(*, as_of: date) -> str:
    """Return the sample document with its dates moved as if it had been written on `as_of`."""
    moved = as_of - WRITTEN_ON

    def shifted(found: re.Match[str]) -> str:
        return (date.fromisoformat(found.group()) + moved).isoformat()

    return _DATE.sub(shifted, DOCUMENT.read_text(encoding="utf-8"))
