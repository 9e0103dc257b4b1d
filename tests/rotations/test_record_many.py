"""Recording many rotations at once, through the page that shows before and after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Person
from inventory.models import Secret
from rotations.models import RotationItem
from tests.factories import make_environment, make_person, make_rotation, make_secret


@pytest.fixture
def as_owner(client: Client, owner: Person) -> Client:
    client.force_login(owner.account)
    return client


def today() -> date:
    return timezone.localdate()


def page_of(response: Any) -> str:
    return response.content.decode()


def last_of(*secrets: Secret) -> list[date | None]:
    return [Secret.objects.get(pk=secret.pk).last_rotated_on for secret in secrets]


def test_ticked_secrets_are_shown_before_and_after(as_security: Client) -> None:
    secrets = [make_secret(name="prod/a/one", last_rotated_on=date(2026, 1, 1)), make_secret(name="prod/a/two")]

    page = page_of(as_security.post("/rotations/record/", {"ids": [secret.pk for secret in secrets]}))

    assert "Record 2 rotations</button>" in page
    assert '<del><time datetime="2026-01-01">2026-01-01</time></del>' in page
    assert page.count(f'<ins><time datetime="{today()}">') == 2
    assert last_of(*secrets) == [date(2026, 1, 1), None]


def test_confirming_records_them_all(as_security: Client) -> None:
    secrets = [make_secret(), make_secret(), make_secret()]
    sent = {"ids": [secret.pk for secret in secrets], "on": "yesterday", "confirm": "yes", "next": "/secrets/?q=x"}

    response = as_security.post("/rotations/record/", sent)

    yesterday = today() - timedelta(days=1)
    assert response.headers["Location"] == "/secrets/?q=x"
    assert last_of(*secrets) == [yesterday] * 3
    words = f"3 rotations recorded. Next due {yesterday + timedelta(days=90)}."
    assert words in page_of(as_security.get("/rotations/"))


def test_several_are_taken_back_together(as_security: Client) -> None:
    secrets = [make_secret(), make_secret()]
    ids = [secret.pk for secret in secrets]
    as_security.post("/rotations/record/", {"ids": ids, "on": "today", "confirm": "yes"})
    keys = ",".join(str(pk) for pk in RotationItem.objects.values_list("pk", flat=True))

    as_security.post(f"/rotations/items/{keys}/undo/")

    assert last_of(*secrets) == [None, None]


def test_another_date_is_shown_before_it_is_confirmed(as_security: Client) -> None:
    secret = make_secret()

    page = page_of(as_security.post("/rotations/record/", {"ids": secret.pk, "on": "2026-01-02", "confirm": ""}))

    assert '<ins><time datetime="2026-01-02">' in page
    assert last_of(secret) == [None]


def test_one_that_cannot_be_recorded_stops_all(as_security: Client) -> None:
    secrets = [make_secret(), make_secret(name="prod/a/old", status="retired")]
    ids = [secret.pk for secret in secrets]

    asked = page_of(as_security.post("/rotations/record/", {"ids": ids}))
    sent = page_of(as_security.post("/rotations/record/", {"ids": ids, "on": "today", "confirm": "yes"}))

    assert "prod/a/old is retired. Set its status back first." in asked
    assert "disabled" in asked
    assert "prod/a/old is retired. Set its status back first." in sent
    assert last_of(*secrets) == [None, None]


def test_what_is_not_mine_stops_all(as_owner: Client, owner: Person, colleague: Person) -> None:
    secrets = [make_secret(owner=owner), make_secret(owner=colleague)]
    ids = [secret.pk for secret in secrets]

    asked = as_owner.post("/rotations/record/", {"ids": ids})
    sent = as_owner.post("/rotations/record/", {"ids": ids, "on": "today", "confirm": "yes"})

    assert "is not yours to record." in page_of(asked)
    assert sent.status_code == 403
    assert last_of(*secrets) == [None, None]


def test_nothing_ticked_leads_back(as_security: Client) -> None:
    response = as_security.post("/rotations/record/", {})

    assert response.headers["Location"] == "/secrets/"
    assert "Tick the secrets that were rotated" in page_of(as_security.get("/rotations/"))


@pytest.mark.parametrize("ids", ["0", "x", "123456789012345678901"])
def test_unknown_secrets_are_not_there(as_security: Client, ids: str) -> None:
    known = make_secret()

    response = as_security.post("/rotations/record/", {"ids": [known.pk, ids]})

    assert response.status_code == 404
    assert last_of(known) == [None]


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_stays_within_the_register(as_security: Client, wanted: str) -> None:
    response = as_security.post("/rotations/record/", {"next": wanted})

    assert response.headers["Location"] == "/secrets/"


@pytest.mark.parametrize("number", [1, 3, 20])
def test_the_check_page_costs_the_same_for_any_number(
    as_security: Client, django_assert_num_queries: Callable[[int], Any], number: int
) -> None:
    secrets = [make_secret(owner=make_person()) for _ in range(number)]
    make_rotation(secrets=tuple(secrets), environment=make_environment())

    with django_assert_num_queries(8):
        as_security.post("/rotations/record/", {"ids": [secret.pk for secret in secrets]})
