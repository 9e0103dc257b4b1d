"""Generated over every address: a value in a query or in a path is not searched for, not shown again and not logged."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.test import Client, override_settings
from django.urls import reverse

from audit.changes_form import ChangesForm
from inventory.filters import SecretFilters
from inventory.people_form import PeopleForm
from tests.doors.values import KEY, RESEMBLING, logged
from tests.factories import make_secret
from tests.permissions.test_pages import ARGUMENTS, PAGES
from tests.permissions.test_verbs import person_with, things_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PARAMETERS = sorted(
    {*ChangesForm.base_fields, *SecretFilters.base_fields, *PeopleForm.base_fields}
    | {
        "q",
        "page",
        "next",
        "ids",
        "o",
        "p",
        "e",
        "all",
        "as_of",
        "_changelist_filters",
        "_to_field",
        "term",
        "anything",
    }
)
FEW = ["q", "next", "anything"]
LISTS = {"inventory:secrets", "audit:changes", "contacts:people", "inventory:search"}
# Their addresses hold keys that the register made, or they answer without looking at the query.
KEYED = {"rotations:feed"}
PATHS = [
    "/{}/", "/secrets/prod/stripe/{}/", "/secrets/prod/{}/key/rotate/", "/people/{}/", "/admin/{}/", "/changes/{}",
    "/admin/inventory/secret/{}/change/", "/rotations/items/{}/undo/", "/static/{}.css", "/calendar/{}/", "/a/b/c/{}",
]  # fmt: skip
TEXTS = pytest.mark.parametrize("text", [KEY, RESEMBLING], ids=["certain", "heuristic"])
SAID = "That looks like a secret value."


def told(answer: Any) -> str:
    """Return everything a browser is sent."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode() + "".join(f"{name}: {value}\n" for name, value in answer.headers.items())


def repeats(words: str, text: str) -> bool:
    return any(form in words for form in (text, quote(text), quote(text, safe="")))


@TEXTS
def test_no_page_takes_a_value_in_its_query(client: Client, text: str) -> None:
    things = things_of(person_with("owner"), "theirs")
    client.force_login(person_with("security").account)
    wrong = []

    with logged() as log:
        for name in sorted(set(PAGES) - KEYED):
            address = reverse(name, kwargs=ARGUMENTS.get(name, lambda things: {})(things))
            parameters = PARAMETERS if name in LISTS and text == KEY else FEW
            for query in [*({parameter: text} for parameter in parameters), {text: "1"}]:
                answer = client.get(address, query)
                words = told(answer)
                if answer.status_code != 400 or SAID not in words or repeats(words, text):
                    wrong.append((name, query))

    assert wrong == []
    assert not repeats(log.getvalue(), text)


@TEXTS
def test_no_list_of_the_admin_takes_a_value(as_security: Client, text: str) -> None:
    wrong = []

    with logged() as log:
        for model in admin.site._registry:
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            for parameter in ("q", "o", "pk__exact", "_facets"):
                answer = as_security.get(address, {parameter: text})
                if answer.status_code != 400 or repeats(told(answer), text):
                    wrong.append((address, parameter))

    assert wrong == []
    assert not repeats(log.getvalue(), text)


@TEXTS
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("signed_in", [False, True])
def test_no_answer_repeats_a_value_in_a_path(client: Client, signed_in: bool, debug: bool, text: str) -> None:
    if signed_in:
        client.force_login(person_with("security").account)
    wrong = []

    with logged() as log, override_settings(DEBUG=debug):
        for path in PATHS:
            answer = client.get(path.format(quote(text, safe="")))
            if answer.status_code not in (400, 404, 405) or repeats(told(answer), text):
                wrong.append((path, answer.status_code))

    assert wrong == []
    assert not repeats(log.getvalue(), text)


@TEXTS
def test_who_is_signed_out_is_not_sent_to_an_address_with_the_value(client: Client, text: str) -> None:
    answer = client.get("/secrets/", {"q": text})

    assert (answer.status_code, SAID in told(answer), repeats(told(answer), text)) == (400, True, False)


def test_the_answer_says_what_it_looks_like_and_what_to_do(as_security: Client) -> None:
    words = " ".join(told(as_security.get("/changes/", {"q": KEY})).split())

    assert "That looks like a secret value. It was not searched for." in words
    assert "This looks like an AWS access key ID. Keep it in your store and write its path here;" in words
    assert "if it was real, treat it as leaked and rotate it." in words


@pytest.mark.parametrize("text", ["prod/stripe", "9f8c2e1a7b6d5c4f3e2d1c0b9a8f7e6d5c4b3a29", "after-123", "Wen Li"])
def test_facts_in_a_query_are_searched_for(as_security: Client, text: str) -> None:
    make_secret(name="prod/stripe/a")

    assert as_security.get("/secrets/", {"q": text}).status_code == 200
