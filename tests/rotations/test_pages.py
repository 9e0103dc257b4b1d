"""The pages about rotations, and recording through them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from audit.acts import acting
from audit.models import ChangeSet, User
from contacts.models import Person
from inventory.models import Secret
from rotations.models import Rotation, RotationItem
from tests.factories import make_environment, make_person, make_rotation, make_secret

HOSTILE = '<script>alert("x")</script>'
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


# Recording one


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


# Recording many


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


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_check_page_costs_the_same_for_any_number(
    as_security: Client, django_assert_num_queries: Callable[[int], Any], number: int
) -> None:
    secrets = [make_secret(owner=make_person()) for _ in range(number)]
    make_rotation(secrets=tuple(secrets), environment=make_environment())

    with django_assert_num_queries(8):
        as_security.post("/rotations/record/", {"ids": [secret.pk for secret in secrets]})


# Rotations


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


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_list_costs_the_same_for_any_number(
    as_security: Client, django_assert_num_queries: Callable[[int], Any], number: int
) -> None:
    for state in ("planned", "draft", "complete"):
        for _ in range(number):
            make_rotation(state=state, secrets=(make_secret(),), owner=make_person(), environment=make_environment())

    with django_assert_num_queries(17):
        as_security.get("/rotations/")


def test_what_is_left_of_a_rotation_is_ticked_and_recorded_at_once(as_owner: Client, owner: Person) -> None:
    first, second = make_secret(owner=owner), make_secret(owner=owner)
    rotation = make_rotation(secrets=(first, second))

    page = page_of(as_owner.get(rotation.get_absolute_url()))
    sent = {"ids": [first.pk, second.pk], "on": "today", "confirm": "yes", "next": rotation.get_absolute_url()}
    response = as_owner.post("/rotations/record/", sent)

    assert page.count(" checked>") == 2
    assert response.headers["Location"] == rotation.get_absolute_url()
    assert last_of(first, second) == [today(), today()]
    assert Rotation.objects.get().state == "complete"


def test_what_others_answer_for_is_not_ticked(as_owner: Client, owner: Person, colleague: Person) -> None:
    rotation = make_rotation(secrets=(make_secret(owner=colleague), make_secret(owner=owner, status="retired")))

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


@pytest.mark.parametrize("number", [1, 3, 50])
def test_a_rotation_costs_the_same_for_any_number_of_secrets(
    as_security: Client, django_assert_num_queries: Callable[[int], Any], number: int
) -> None:
    rotation = make_rotation(secrets=tuple(make_secret(owner=make_person()) for _ in range(number)))

    with django_assert_num_queries(8):
        as_security.get(rotation.get_absolute_url())
