"""The list of rotations and the page of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from audit.acts import acting
from audit.models import User
from contacts.models import Person
from inventory import schedule
from inventory.models import Secret
from rotations.models import Rotation, RotationItem
from tests.factories import make_environment, make_person, make_rotation, make_secret

HOSTILE = '<script>alert("x")</script>'
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


def test_rotations_stand_in_their_tables(as_security: Client) -> None:
    make_rotation(environment=make_environment(), secrets=(make_secret(name="prod/a/b"), make_secret()))
    make_rotation(state="draft", secrets_in_words="All prod secrets")
    make_rotation(state="complete", notes="Initial setup")
    make_rotation(state="cancelled")

    shown = as_security.get("/rotations/").context

    assert [rotation.total for rotation in shown["upcoming"]] == [2]
    assert [rotation.secrets_in_words for rotation in shown["drafts"]] == ["All prod secrets"]
    assert sorted(rotation.state for rotation in shown["past"]) == ["cancelled", "complete"]


def test_a_register_without_rotations_says_how_to_begin(as_security: Client) -> None:
    page = page_of(as_security.get("/rotations/"))

    assert "No rotation is planned." in page
    assert "No rotation is recorded yet." in page


def test_more_than_fifty_upcoming_ones_are_shown_on_demand(as_security: Client) -> None:
    for _ in range(51):
        make_rotation()

    first, every = as_security.get("/rotations/"), as_security.get("/rotations/?all")

    assert (len(first.context["upcoming"]), len(every.context["upcoming"])) == (50, 51)
    assert "Show all 51" in page_of(first)


@pytest.mark.parametrize("number", [1, 3, 20])
def test_the_list_costs_the_same_for_any_number(
    as_security: Client, django_assert_num_queries: Callable[[int], Any], number: int
) -> None:
    for state in ("planned", "draft", "complete"):
        for _ in range(number):
            make_rotation(state=state, secrets=(make_secret(),), owner=make_person(), environment=make_environment())

    with django_assert_num_queries(18):
        as_security.get("/rotations/")


def test_what_is_left_of_a_rotation_is_ticked_and_recorded_at_once(as_owner: Client, owner: Person) -> None:
    first, second = make_secret(owner=owner), make_secret(owner=owner)
    rotation = make_rotation(secrets=(first, second))

    page = page_of(as_owner.get(rotation.get_absolute_url()))
    sent = {"ids": [first.pk, second.pk], "on": "today", "confirm": "yes", "next": rotation.get_absolute_url()}
    sent |= {"rotation": rotation.pk, "old_revoked": "on"}
    response = as_owner.post("/rotations/record/", sent)

    assert page.count(" checked>") == 2
    assert response.headers["Location"] == rotation.get_absolute_url()
    assert last_of(first, second) == [today(), today()]
    assert Rotation.objects.get().state == "complete"


def test_ones_own_are_ticked_where_others_own_some_too(
    client: Client, as_security: Client, owner: Person, colleague: Person
) -> None:
    mine, other = make_secret(owner=owner), make_secret(owner=colleague)
    rotation = make_rotation(secrets=(mine, other), owner=owner)
    ticked = f'value="{mine.pk}" aria-label="Select {mine.name}" checked>'

    of_security = page_of(as_security.get(rotation.get_absolute_url()))
    client.force_login(owner.account)
    page = page_of(client.get(rotation.get_absolute_url()))

    assert (of_security.count(" checked>"), page.count(" checked>"), ticked in page) == (2, 1, True)
    assert "data-checkall" in page


def test_undoing_leads_back_to_the_page_that_asked(as_owner: Client, secret: Secret) -> None:
    def undo(back: str) -> str:
        as_owner.post(ONE, {"on": "today"})
        item = RotationItem.objects.latest("pk")
        return as_owner.post(f"/rotations/items/{item.pk}/undo/", {"next": back}).headers["Location"]

    assert undo("/rotations/") == "/rotations/"
    assert undo("https://elsewhere.example/") == secret.get_absolute_url()


def test_what_others_answer_for_is_not_ticked(as_owner: Client, owner: Person, colleague: Person) -> None:
    retired = make_secret(owner=owner)
    rotation = make_rotation(secrets=(make_secret(owner=colleague), retired))
    with acting(actor=None, source="system", reason="Goes away"):
        Secret.objects.filter(pk=retired.pk).update(status="retired")

    page = page_of(as_owner.get(rotation.get_absolute_url()))

    assert '<input type="checkbox"' not in page
    assert "Record as rotated" not in page


def test_a_fresh_recording_can_be_taken_back_on_the_page(as_owner: Client, secret: Secret) -> None:
    as_owner.post(ONE, {"on": "today"})
    item = RotationItem.objects.get()

    page = page_of(as_owner.get(item.rotation.get_absolute_url()))

    assert f'formaction="/rotations/items/{item.pk}/undo/"' in page


def test_a_rotation_shows_its_words_and_its_history(as_security: Client, security: User) -> None:
    rotation = make_rotation(state="draft", secrets_in_words="All prod secrets", document_status="Scheduled")

    page = page_of(as_security.get(rotation.get_absolute_url()))

    assert "The document calls its secrets “All prod secrets” and its state “Scheduled”." in page
    assert "“Made for a test”" in page
    assert "No secrets are in it yet." in page


def test_verified_and_revoked_are_shown_where_somebody_said_so(as_security: Client) -> None:
    rotation = make_rotation(secrets=(make_secret(), make_secret()))
    before = page_of(as_security.get(rotation.get_absolute_url()))
    with acting(actor=None, source="system", reason="Looked at"), schedule.recording():
        rotation.items.filter(pk=rotation.items.first().pk).update(
            outcome="rotated", rotated_on=date(2026, 7, 14), verified_on=date(2026, 7, 14)
        )

    after = page_of(as_security.get(rotation.get_absolute_url()))

    assert "Verified" not in before
    assert after.count('data-label="Verified"') == 2
    assert '<time datetime="2026-07-14">' in after


def test_hostile_words_on_a_rotation_are_text(as_security: Client) -> None:
    rotation = make_rotation(
        secrets=(make_secret(),),
        reason=HOSTILE,
        notes=HOSTILE,
        owner=make_person(name=HOSTILE),
        environment=make_environment(code="x", name=HOSTILE),
    )
    with acting(actor=None, source="system", reason=HOSTILE):
        RotationItem.objects.update(note=HOSTILE, evidence="javascript:alert(1)", outcome="skipped")

    for address in (rotation.get_absolute_url(), "/rotations/"):
        page = page_of(as_security.get(address))

        assert HOSTILE not in page
        assert escape(HOSTILE) in page
        assert 'href="javascript:' not in page


def test_an_unknown_rotation_is_not_there(as_security: Client) -> None:
    assert as_security.get("/rotations/99/").status_code == 404


@pytest.mark.parametrize("number", [1, 3, 20])
def test_a_rotation_costs_the_same_for_any_number_of_secrets(
    as_security: Client, django_assert_num_queries: Callable[[int], Any], number: int
) -> None:
    rotation = make_rotation(secrets=tuple(make_secret(owner=make_person()) for _ in range(number)))

    with django_assert_num_queries(11):
        as_security.get(rotation.get_absolute_url())
