"""What the admin offers each role, by the table of docs/permissions.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpRequest
from django.test import RequestFactory

from audit.models import User
from tests.permissions.tables import ROLES, table
from tests.permissions.test_verbs import Things, person_with, things_of

ROWS = table("Admin")
CASES = [pytest.param(row, role, id=f"{row['Model']}, {role}") for row in ROWS for role in ROLES]
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
@pytest.mark.parametrize(("row", "role"), CASES)
def test_the_admin_offers_what_the_table_says(rf: RequestFactory, row: dict[str, str], role: str) -> None:
    person = person_with(*([] if role == "no role" else [role]))
    theirs, others = things_of(person, "theirs"), things_of(person_with("owner"), "others")
    request = rf.get("/admin/")
    request.user = User.objects.get(pk=person.account.pk)
    shown, row_of = ADMINS[row["Model"]], ROW_OF.get(row["Model"], lambda things: None)

    offered = [verb for verb, may in offers(shown, request, row_of(theirs)).items() if may]
    beside = [verb for verb, may in offers(shown, request, row_of(others)).items() if may]

    verbs = [] if row[role] == "no" else row[role].split(", ")
    assert offered == [verb.removesuffix(" theirs") for verb in verbs]
    assert beside == [verb for verb in verbs if not verb.endswith(" theirs")]


def test_every_model_of_the_admin_has_a_row() -> None:
    assert {row["Model"] for row in ROWS} == set(ADMINS)
