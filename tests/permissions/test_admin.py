"""What the admin offers each role, by the table of docs/permissions.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from audit.models import User
from tests.permissions.admin_addresses import VERBS, address, of_model
from tests.permissions.tables import ROLES, table
from tests.permissions.test_pages import addresses, evidence_pack, some_address
from tests.permissions.test_verbs import Things, person_with, things_of

ROWS = table("Admin")
ADMINS = {model._meta.label: shown for model, shown in admin.site._registry.items()}

ROW_OF: dict[str, Callable[[Things], Any]] = {
    "contacts.Person": lambda things: things.person,
    "inventory.Secret": lambda things: things.secrets[1],
    "rotations.Rotation": lambda things: things.rotation,
}


def offers(shown: Any, request: HttpRequest, row: Any) -> dict[str, bool]:
    """Return what the admin lets somebody do; rows of most models are all alike to it."""
    return {
        "see": shown.has_view_permission(request, row),
        "add": shown.has_add_permission(request),
        "change": shown.has_change_permission(request, row),
        "remove": shown.has_delete_permission(request, row),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_the_admin_offers_what_the_table_says(rf: RequestFactory, role: str) -> None:
    person = person_with(*([] if role == "no role" else [role]))
    theirs, others = things_of(person, "theirs"), things_of(person_with("owner"), "others")
    request = rf.get("/admin/")
    request.user = User.objects.get(pk=person.account.pk)

    offered, expected = {}, {}
    for row in ROWS:
        shown, row_of = ADMINS[row["Model"]], ROW_OF.get(row["Model"], lambda things: None)
        verbs = [] if row[role] == "no" else row[role].split(", ")
        for whose, things in (("theirs", theirs), ("others", others)):
            case = f"{row['Model']}, {whose}"
            offered[case] = [verb for verb, may in offers(shown, request, row_of(things)).items() if may]
            expected[case] = [
                verb.removesuffix(" theirs") for verb in verbs if whose == "theirs" or not verb.endswith(" theirs")
            ]

    assert offered == expected


def test_every_model_of_the_admin_has_a_row() -> None:
    assert {row["Model"] for row in ROWS} == set(ADMINS)


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("column", ["signed out", *ROLES])
def test_every_address_of_the_admin_answers_as_the_table_says(client: Client, column: str) -> None:
    person = person_with(*([column] if column in ("security", "owner", "auditor") else []))
    evidence_pack(things_of(person_with("owner"), "others"))
    if column != "signed out":
        client.force_login(person.account)

    said, expected = {}, {}
    for name, pattern in addresses():
        found = of_model(name)
        if found is None:
            continue
        answer = client.get(address(name) or some_address(name, pattern))
        is_sent_away = str(answer.get("Location", "")).startswith(f"{reverse('login')}?next=")
        said[name] = "sign in" if is_sent_away else "no" if answer.status_code == 403 else "yes"
        may = column != "signed out" and VERBS[found[2]] in found[1][column].replace(" theirs", "").split(", ")
        expected[name] = "sign in" if column == "signed out" else "yes" if may else "no"

    assert said == expected
    assert len(said) > 100
