"""Editing secrets: who may, and what stays as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import ChangeSet, User
from contacts.models import Person
from inventory.models import Environment, Secret, SecretType
from tests.admin_pages import sent_back
from tests.factories import (
    TODAY,
    make_consumer,
    make_person,
    make_secret,
    make_service,
    make_type,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/inventory/secret/", "/admin/inventory/secret/add/"
NO_PARTS = {f"{part}-{count}_FORMS": "0" for part in ("consumers", "dependencies") for count in ("TOTAL", "INITIAL")}


def _address(secret: Secret) -> str:
    return f"{LIST}{secret.pk}/change/"


def _save(client: Client, secret: Secret, **typed: object):
    address = _address(secret)
    return client.post(address, sent_back(client, address) | {"change_reason": "To try it"} | typed, follow=True)


def _errors(answer) -> dict[str, list[str]]:
    return dict(answer.context["adminform"].form.errors)


@pytest.fixture
def mine(owner: Person, backup_owner: Person) -> Secret:
    return make_secret(name="prod/stripe/secret_key", owner=owner, backup_owner=backup_owner)


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 302), ("backup_owner", 302), ("colleague", 403), ("security", 302), ("auditor", 403)]
)
def test_a_secret_is_edited_by_those_who_answer_for_it_and_by_security(
    client: Client, request, mine: Secret, security: User, who: str, status: int
):
    person = request.getfixturevalue(who)
    client.force_login(security)
    typed = sent_back(client, _address(mine)) | {"purpose": "Takes payments", "change_reason": "To say it"}
    client.force_login(person if isinstance(person, User) else person.account)

    answer = client.post(_address(mine), typed)

    mine.refresh_from_db()
    assert (answer.status_code, mine.purpose) == (status, "Takes payments" if status == 302 else "")


def test_the_name_and_the_last_rotation_are_fixed(client: Client, security: User, mine: Secret):
    client.force_login(security)
    make_service(code="other")

    _save(client, mine, service="other", credential_type="other", last_rotated_on="2026-01-01")

    mine.refresh_from_db()
    assert (mine.name, mine.last_rotated_on) == ("prod/stripe/secret_key", None)


def test_codes_of_environments_are_fixed_once_they_exist(client: Client, security: User, mine: Secret):
    client.force_login(security)
    address = f"/admin/inventory/environment/{mine.environment.pk}/change/"

    client.post(address, sent_back(client, address) | {"code": "live", "name": "Live", "change_reason": "New name"})

    environment = Environment.objects.get()
    assert (environment.code, environment.name) == ("prod", "Live")


def _new(**typed: object) -> dict[str, object]:
    parts = {"environment": "prod", "service": "stripe", "credential_type": "new_key", "status": "active"}
    return parts | NO_PARTS | typed


@pytest.mark.parametrize(("whose", "is_added"), [("owner", True), ("colleague", False), (None, False)])
def test_an_owner_adds_only_secrets_of_their_own(
    client: Client, request, mine: Secret, owner: Person, whose: str | None, is_added: bool
):
    client.force_login(owner.account)
    key = request.getfixturevalue(whose).pk if whose else ""

    answer = client.post(ADD, _new(owner=key))

    assert Secret.objects.filter(name="prod/stripe/new_key").exists() is is_added
    assert is_added or _errors(answer) == {"owner": ["You can add secrets that you own. Choose yourself."]}


def test_security_adds_secrets_that_nobody_owns_yet(client: Client, security: User, mine: Secret):
    client.force_login(security)

    client.post(ADD, _new())

    assert Secret.objects.get(name="prod/stripe/new_key").owner is None
    assert ChangeSet.objects.latest("pk").reason == "Added in the admin"


def test_a_name_that_breaks_the_convention_is_refused(client: Client, security: User, mine: Secret):
    client.force_login(security)

    answer = client.post(ADD, _new(credential_type="New Key"))

    assert list(_errors(answer)) == ["credential_type"]


def test_a_secret_stands_once(client: Client, security: User, mine: Secret):
    client.force_login(security)

    client.post(ADD, _new(credential_type="secret_key"))

    assert Secret.objects.filter(name="prod/stripe/secret_key").count() == 1


def test_owner_and_backup_owner_differ(client: Client, security: User, mine: Secret):
    client.force_login(security)

    answer = _save(client, mine, backup_owner=mine.owner_id)

    assert _errors(answer)["backup_owner"] == ["Owner and backup owner must be two different people."]


def test_a_secret_is_not_given_to_somebody_who_left(client: Client, security: User, mine: Secret):
    left = make_person(name="Lea Left", is_active=False)
    client.force_login(security)

    answer = _save(client, mine, owner=left.pk)

    assert _errors(answer)["owner"] == ["Lea Left is no longer active. Choose somebody who is."]


def test_what_somebody_who_left_still_owns_can_be_edited(client: Client, security: User):
    secret = make_secret(owner=make_person(is_active=False))
    client.force_login(security)

    _save(client, secret, purpose="Takes payments")

    assert Secret.objects.get(pk=secret.pk).purpose == "Takes payments"


def test_a_date_that_is_given_needs_a_reason(client: Client, security: User, mine: Secret):
    client.force_login(security)

    answer = _save(client, mine, next_rotation_on="2027-01-01")
    assert list(_errors(answer)) == ["next_rotation_reason"]

    _save(client, mine, next_rotation_on="2027-01-01", next_rotation_reason="The contract ends")
    assert str(Secret.objects.get(pk=mine.pk).next_rotation_on) == "2027-01-01"


def test_another_interval_of_a_type_moves_its_secrets(client: Client, security: User):
    kind = make_type(name="API Keys", rotation_interval_days=90)
    secret = make_secret(type=kind, last_rotated_on=TODAY)
    client.force_login(security)
    address = f"/admin/inventory/secrettype/{kind.pk}/change/"

    sent = sent_back(client, address) | {"rotation_interval_days": "30", "change_reason": "New policy"}
    shown = client.post(address, sent).context["adminform"].form
    assert SecretType.objects.get().rotation_interval_days == 90
    client.post(address, sent | {"seen_effect": shown["seen_effect"].value()})

    assert SecretType.objects.get().rotation_interval_days == 30
    assert Secret.objects.get(pk=secret.pk).next_rotation_on == TODAY + timedelta(days=30)


def test_consumers_are_edited_with_their_secret_in_one_entry(client: Client, mine: Secret, owner: Person):
    kept = make_consumer(secret=mine, name="checkout worker")
    client.force_login(owner.account)
    before = ChangeSet.objects.count()
    added = {"consumers-TOTAL_FORMS": "2", "consumers-1-name": "billing", "consumers-1-secret": mine.pk}

    _save(client, mine, purpose="Takes payments", **added)

    assert list(mine.consumers.order_by("pk").values_list("name", flat=True)) == [kept.name, "billing"]
    assert ChangeSet.objects.count() == before + 1


def test_an_editor_is_told_that_a_consumer_was_added_meanwhile(client: Client, security: User, mine: Secret):
    client.force_login(security)
    seen = sent_back(client, _address(mine))
    make_consumer(secret=mine, name="checkout worker")

    answer = client.post(_address(mine), seen | {"purpose": "Takes payments", "change_reason": "To say it"})

    assert "added checkout worker" in str(_errors(answer)["__all__"])
    assert Secret.objects.get(pk=mine.pk).purpose == ""


def test_the_two_actions_lead_to_the_pages_that_do_them(client: Client, owner: Person, mine: Secret):
    other = make_secret(owner=owner)
    client.force_login(owner.account)
    ticked = {"_selected_action": [mine.pk, other.pk]}

    recording = client.post(LIST, ticked | {"action": "record_rotation"})
    handing_over = client.post(LIST, ticked | {"action": "change_owner"})

    asked = f"?ids={mine.pk}&ids={other.pk}"
    assert (recording.headers["Location"], handing_over.headers["Location"]) == (
        f"/rotations/record/{asked}",
        f"/secrets/change-owner/{asked}",
    )
    for answer in (recording, handing_over):
        assert str(mine) in client.get(answer.headers["Location"]).content.decode().replace("<wbr>", "").replace(
            "</i>", ""
        )


@pytest.mark.parametrize(
    ("filtered", "shown"),
    [
        ("standing=overdue", "late"),
        ("standing=no_date", "dateless"),
        ("gap=owner", "orphan"),
        ("gap=backup_owner", "alone"),
    ],
)
def test_the_list_can_be_narrowed_to_what_needs_somebody(
    client: Client, security: User, owner: Person, backup_owner: Person, filtered: str, shown: str
):
    today = timezone.localdate()
    both = {"owner": owner, "backup_owner": backup_owner}
    later = today + timedelta(days=200)
    make_secret(name="prod/stripe/late", next_rotation_on=today - timedelta(days=1), **both)
    make_secret(name="prod/stripe/dateless", **both)
    make_secret(name="prod/stripe/orphan", next_rotation_on=later, backup_owner=backup_owner)
    make_secret(name="prod/stripe/alone", next_rotation_on=later, owner=owner)
    client.force_login(security)

    found = client.get(f"{LIST}?{filtered}").context["cl"].queryset

    assert [secret.credential_type for secret in found] == [shown]


def test_somebody_without_a_person_adds_no_secret(client: Client):
    client.force_login(make_user(roles=("owner",)))

    assert client.get(ADD).status_code == 403
