"""Every address with every unsafe method, by those who may only see: not one row is another one afterwards."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from audit.models import User
from tests.factories import PASSWORD, make_team
from tests.permissions.admin_addresses import address
from tests.permissions.tables import table
from tests.permissions.test_pages import ARGUMENTS, PAGES, SENT, addresses, some_address
from tests.permissions.test_verbs import Things, person_with, things_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FORM = "application/x-www-form-urlencoded"
METHODS = ("POST", "PUT", "PATCH", "DELETE")
ADMIN_METHODS = ("POST", "DELETE")  # it knows one of them, and takes no other for it
# Who tries it on somebody else's rows, and the column of docs/permissions.md that says what they may.
READERS = {"anonymous": "signed out", "none": "no role", "auditor": "auditor", "owner of another": "owner"}
# Pages that answer everybody with what they may not do; what they would do is tried all the same.
ANSWERS_ONLY = {"rotations:record"}
# Sessions are not rows that anybody decides.
NOT_COMPARED = {"django_session"}
# What the forms of all pages ask for, as far as one body can say it.
BODY = {
    "name": "Other",
    "title": "Other",
    "code": "other",
    "label": "Other",
    "words": "Other",
    "heading": "Other",
    "credential_type": "other",
    "username": "other",
    "role": "security",
    "is_superuser": "on",
    "is_active": "",
    "owner": "",
    "backup_owner": "",
    "team": "",
    "status": "retired",
    "purpose": "Other",
    "position": "7",
    "rotated_on": "2026-07-01",
    "on": "2026-07-01",
    "note": "Other",
    "confirm": "yes",
    "confirmed": "yes",
    "comment": "Other",
    "reason": "Other",
    "change_reason": "Other",
    "post": "yes",
    "action": "delete_selected",
    "text": "# Other\n",
    "shows": "everything",
    "expires_on": "2027-06-30",
    "as_of": "2026-06-30",
    "_save": "Save",
    "password1": PASSWORD * 2,
    "password2": PASSWORD * 2,
    "new_password1": PASSWORD * 2,
    "usable_password": "true",
}
# What the table lets the reader do, and so what is not tried.
ROWS = {(row["Page"], column): row[column] for row in table("Pages") if row["Method"] == "POST" for column in row}


def digest() -> str:
    """Return what stands for all rows of all tables."""
    parts = hashlib.sha256()
    with connection.cursor() as cursor:
        for name in sorted(set(connection.introspection.table_names()) - NOT_COMPARED):
            cursor.execute(f'SELECT * FROM "{name}"')
            parts.update(f"{name}: {sorted(map(repr, cursor.fetchall()))}".encode())
    return parts.hexdigest()


def address_of(name: str, things: Things) -> str:
    """Return the address of a page with rows of somebody, for every page of the admin too."""
    if not name.startswith("admin:"):
        return reverse(name, kwargs=ARGUMENTS.get(name, lambda things: {})(things))
    return address(name) or some_address(name, dict(addresses())[name])


@pytest.fixture
def things() -> Things:
    make_team(lead=person_with("owner"))
    return things_of(person_with("owner"), "theirs")


def bodies(name: str, things: Things) -> list[dict[str, Any]]:
    own = SENT.get(name, lambda things: {})(things)
    """Return what is sent: nothing, and everything."""
    return [{}, BODY | {"ids": things.secrets[0].pk, "_selected_action": things.secrets[0].pk} | own]


@pytest.mark.parametrize("reader", READERS)
def test_whoever_may_only_see_changes_no_row_by_any_method(client: Client, things: Things, reader: str) -> None:
    roles = {"auditor": ["auditor"], "owner of another": ["owner"]}.get(reader, [])
    if reader != "anonymous":
        client.force_login(person_with(*roles).account)
    tried = {name: address_of(name, things) for name, _ in addresses() if not _may(name, reader)}
    changed, before = [], digest()

    for name, place in tried.items():
        sent = [urlencode(body) for body in bodies(name, things)]
        methods = ADMIN_METHODS if name.startswith("admin:") else METHODS
        for method, body in [("POST", sent[0]), *((method, sent[1]) for method in methods)]:
            client.generic(method, place, body, content_type=FORM)
        if digest() != before:
            changed.append(name)
            before = digest()

    assert changed == []
    assert set(PAGES) - set(tried) == {name for name in PAGES if _may(name, reader)}


def _may(name: str, reader: str) -> bool:
    return name not in ANSWERS_ONLY and ROWS.get((name, READERS[reader])) == "yes"


def test_without_the_token_of_its_form_nothing_is_done_even_for_security(things: Things) -> None:
    client = Client(enforce_csrf_checks=True)
    account: User = person_with("security").account
    client.force_login(account)
    tried = {name: address_of(name, things) for name, _ in addresses()}
    before = digest()

    answers = {
        name: client.post(place, BODY | {"ids": things.secrets[0].pk}).status_code for name, place in tried.items()
    }

    assert {name: status for name, status in answers.items() if status not in (403, 405)} == {}
    assert digest() == before
