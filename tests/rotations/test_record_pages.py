"""Recording the rotation of one secret, and taking it back, through the pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.acts import acting
from audit.models import ChangeSet, User
from contacts.models import Person
from inventory.models import Secret
from rotations.models import RotationItem
from tests.factories import make_secret

VALUE = "".join(("sk", "_live_", "9aB3dE5fG7hI1jK2lM4nO6pQ"))
ONE = "/secrets/prod/stripe/secret_key/rotate/"


@pytest.fixture
def secret(owner: Person) -> Secret:
    return make_secret(name="prod/stripe/secret_key", owner=owner)


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


def test_the_form_has_today_filled_in_and_says_what_is_next(as_owner: Client, secret: Secret) -> None:
    page = page_of(as_owner.get(ONE))

    assert f'name="on" value="{today()}"' in page
    assert f'next due on <strong><time datetime="{today() + timedelta(days=90)}">' in page


def test_two_clicks_record_a_rotation(as_owner: Client, secret: Secret) -> None:
    response = as_owner.post(ONE, {"on": today().isoformat()})
    page = page_of(as_owner.get(response.headers["Location"]))

    assert response.headers["Location"] == "/secrets/prod/stripe/secret_key/"
    assert last_of(secret) == [today()]
    assert f"Rotation recorded. Next due {today() + timedelta(days=90)}." in page
    assert f'action="/rotations/items/{RotationItem.objects.get().pk}/undo/"' in page


@pytest.mark.parametrize(("words", "ago"), [("today", 0), ("Yesterday", 1), (" yesterday ", 1)])
def test_the_day_can_be_said_in_a_word(as_owner: Client, secret: Secret, words: str, ago: int) -> None:
    as_owner.post(ONE, {"on": words})

    assert last_of(secret) == [today() - timedelta(days=ago)]


def test_note_and_evidence_are_kept(as_owner: Client, secret: Secret) -> None:
    as_owner.post(ONE, {"on": "today", "note": "Both keys published", "evidence": "https://ci.example.org/7"})

    item = RotationItem.objects.get()
    assert (item.note, item.evidence) == ("Both keys published", "https://ci.example.org/7")
    assert ChangeSet.objects.latest("pk").reason == "Both keys published"


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2999-01-01", "Choose a date up to today."),
        ("07/08/2026", "Write the date as 2026-07-14: year, month, day. Or write today or yesterday."),
        ("2026-02-30", "Write the date as 2026-07-14: year, month, day. Or write today or yesterday."),
        ("tomorrow", "Write the date as 2026-07-14: year, month, day. Or write today or yesterday."),
        ("", "Say on which day. Today will do."),
    ],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(as_owner: Client, secret: Secret, on: str, words: str) -> None:
    page = page_of(as_owner.post(ONE, {"on": on, "note": "Kept"}))

    assert words in page
    assert 'aria-invalid="true"' in page
    assert 'value="Kept"' in page
    assert last_of(secret) == [None]


def test_a_day_before_the_known_one_is_asked_about(as_owner: Client, secret: Secret) -> None:
    as_owner.post(ONE, {"on": "today"})
    earlier = {"on": (today() - timedelta(days=9)).isoformat()}

    asked = page_of(as_owner.post(ONE, earlier))
    before = page_of(as_owner.get(ONE))
    as_owner.post(ONE, earlier | {"earlier_is_meant": "on"})

    assert 'name="earlier_is_meant"' in asked
    assert 'name="earlier_is_meant"' not in before
    assert RotationItem.objects.rotated().count() == 2
    assert last_of(secret) == [today()]


def test_recording_the_same_day_twice_is_one_rotation_and_one_clear_message(as_owner: Client, secret: Secret) -> None:
    as_owner.post(ONE, {"on": "today"})

    page = page_of(as_owner.post(ONE, {"on": "today"}))

    assert "is recorded already. Nothing was written." in page
    assert RotationItem.objects.count() == 1


def test_a_note_that_looks_like_a_value_is_refused_and_forgotten(as_owner: Client, secret: Secret) -> None:
    page = page_of(as_owner.post(ONE, {"on": "today", "note": VALUE}))

    assert "This looks like a Stripe secret key." in page
    assert VALUE not in page
    assert last_of(secret) == [None]


def test_who_may_not_record_is_told_so(client: Client, secret: Secret, colleague: Person, auditor: User) -> None:
    for user in (colleague.account, auditor):
        client.force_login(user)
        answers = [client.get(ONE), client.post(ONE, {"on": "today"})]

        assert [answer.status_code for answer in answers] == [403, 403]
    assert last_of(secret) == [None]


def test_a_secret_that_is_not_there_is_a_page_that_is_not_there(as_security: Client, secret: Secret) -> None:
    assert as_security.get("/secrets/prod/stripe/other/rotate/").status_code == 404


def test_a_retired_secret_is_not_recorded(as_security: Client) -> None:
    retired = make_secret(name="prod/stripe/secret_key", status="retired")

    asked = page_of(as_security.get(ONE))
    sent = page_of(as_security.post(ONE, {"on": "today"}))

    assert "is retired. Set its status back first." in asked
    assert "is retired. Set its status back first." in sent
    assert last_of(retired) == [None]


# Taking back


def test_a_rotation_is_taken_back_within_ten_minutes(as_owner: Client, secret: Secret) -> None:
    as_owner.post(ONE, {"on": "today"})
    item = RotationItem.objects.get()

    response = as_owner.post(f"/rotations/items/{item.pk}/undo/")

    assert response.headers["Location"] == "/secrets/prod/stripe/secret_key/"
    assert "Taken back. 1 secret as before; both entries are kept." in page_of(as_owner.get("/"))
    assert last_of(secret) == [None]


def test_after_ten_minutes_nothing_is_taken_back(as_owner: Client, secret: Secret) -> None:
    as_owner.post(ONE, {"on": "today"})
    item = RotationItem.objects.get()
    with acting(actor=None, source="system", reason="A while later"):
        RotationItem.objects.update(recorded_at=timezone.now() - timedelta(minutes=11))

    as_owner.post(f"/rotations/items/{item.pk}/undo/")

    assert "Undo is possible for 10 minutes." in page_of(as_owner.get("/"))
    assert last_of(secret) == [today()]


def test_others_do_not_take_back(client: Client, secret: Secret, owner: Person, colleague: Person) -> None:
    client.force_login(owner.account)
    client.post(ONE, {"on": "today"})
    address = f"/rotations/items/{RotationItem.objects.get().pk}/undo/"
    client.force_login(colleague.account)

    assert client.post(address).status_code == 403
    assert client.get(address).status_code == 405
    assert last_of(secret) == [today()]


@pytest.mark.parametrize("keys", ["0", "1,2", "x", "99999999999999999999"])
def test_what_was_never_recorded_cannot_be_taken_back(as_security: Client, keys: str) -> None:
    assert as_security.post(f"/rotations/items/{keys}/undo/").status_code == 404
