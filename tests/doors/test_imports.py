"""How security says, on the pages that import, that a text only resembles a value."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.allowance import MARK
from audit.models import ChangeSet
from inventory.models import Secret
from tests.doors.values import KEY, RESEMBLING
from tests.factories import make_environment, make_secret, make_service

pytestmark = pytest.mark.django_db
WHY = "It is the name of a queue"
SAID = {"is_no_value": "on", "no_value_reason": WHY}
TICK = '<input type="checkbox" name="is_no_value"'


@pytest.fixture
def page(as_security: Client) -> str:
    make_environment(code="prod")
    make_service(code="stripe")
    return reverse("inventory:import_csv")


def cells(purpose: str) -> dict[str, Any]:
    return {"table": f"name,purpose\nprod/stripe/a,Payments\nprod/stripe/key,{purpose}\n", "reason": "CSV import"}


def test_a_table_is_refused_and_security_is_asked(as_security: Client, page: str) -> None:
    answer = as_security.post(page, cells(RESEMBLING)).content.decode()

    assert RESEMBLING not in answer
    assert TICK in answer
    assert "Line" in answer
    assert not Secret.objects.exists()


def test_a_table_is_taken_over_when_security_says_that_it_holds_none(as_security: Client, page: str) -> None:
    seen = as_security.post(page, cells(RESEMBLING) | SAID).content.decode()
    assert f'name="no_value_reason" value="{WHY}"' in seen

    done = as_security.post(page, cells(RESEMBLING) | SAID | {"confirm": "yes"})

    assert done.status_code == 302
    assert {secret.purpose for secret in Secret.objects.all()} == {"Payments", RESEMBLING}
    assert ChangeSet.objects.latest("pk").reason == f"CSV import. {MARK}inventory.secret.purpose: {WHY}"


def test_the_reason_of_a_table_without_such_text_says_nothing_of_it(as_security: Client, page: str) -> None:
    as_security.post(page, cells("Payouts") | SAID | {"confirm": "yes"})

    assert ChangeSet.objects.latest("pk").reason == "CSV import"


def test_a_key_in_a_table_is_refused_whatever_security_says(as_security: Client, page: str) -> None:
    answer = as_security.post(page, cells(KEY) | SAID | {"confirm": "yes"}).content.decode()

    assert KEY not in answer
    assert TICK not in answer or "checked" in answer
    assert not Secret.objects.exists()


@pytest.mark.parametrize(
    "said", [{"is_no_value": "on"}, {"no_value_reason": WHY}, {"is_no_value": "on", "no_value_reason": RESEMBLING}]
)
def test_a_table_needs_both_the_tick_and_the_reason(as_security: Client, page: str, said: dict[str, str]) -> None:
    answer = as_security.post(page, cells(RESEMBLING) | said | {"confirm": "yes"})

    assert answer.status_code == 200
    assert RESEMBLING not in answer.content.decode()
    assert not Secret.objects.exists()


def test_a_name_that_resembles_a_value_is_no_field_to_be_let_stay(as_security: Client, page: str) -> None:
    table = {"table": f"name,purpose\nprod/stripe/{RESEMBLING},Payments\n", "reason": "CSV import"}

    as_security.post(page, table | SAID | {"confirm": "yes"})

    assert not Secret.objects.exists()


def test_what_was_let_stay_comes_back_with_an_exported_table(as_security: Client, page: str) -> None:
    as_security.post(page, cells(RESEMBLING) | SAID | {"confirm": "yes"})
    exported = b"".join(as_security.get(reverse("inventory:csv")).streaming_content).decode()

    answer = as_security.post(page, {"table": exported, "reason": "CSV import"} | SAID).content.decode()

    assert "Nothing would change: all 2 rows" in answer


DOCUMENT = """# Secrets

## Production

Secret Name | Owner | Type | Last Rotation
---|---|---|---
`prod/stripe/key` | Ada Byron | API Key | 2026-05-04

## Our rules

{}
"""


def test_a_document_is_taken_over_when_security_says_that_it_holds_none(as_security: Client) -> None:
    address = reverse("documents:import")
    refused = as_security.post(address, {"text": DOCUMENT.format(RESEMBLING)})
    assert TICK in refused.content.decode()
    assert RESEMBLING not in refused.content.decode()

    sent = {"text": DOCUMENT.format(RESEMBLING)} | SAID
    seen = as_security.post(address, sent)
    assert seen.context["plan"].problems == []
    done = as_security.post(address, sent | {"seen": seen.context["plan"].fingerprint, "confirm": "yes"})

    assert done.status_code == 302, done.content.decode()
    assert RESEMBLING in as_security.get(reverse("documents:markdown")).content.decode()
    reason = ChangeSet.objects.latest("pk").reason
    assert reason == f"Import of a document. {MARK}documents.documentsection.body: {WHY}"


def test_a_document_needs_both_the_tick_and_the_reason(as_security: Client) -> None:
    make_secret()
    answer = as_security.post(reverse("documents:import"), {"text": DOCUMENT.format("Words"), "is_no_value": "on"})

    assert answer.context["form"].errors == {"no_value_reason": ["Say why this is no value."]}
    assert TICK in answer.content.decode()
