"""Handing over many secrets: who has them and who will, then all of them or none."""

from __future__ import annotations

import pytest

from audit.models import ChangeSet
from inventory.models import Secret
from tests.factories import make_person, make_secret

pytestmark = pytest.mark.django_db
PAGE = "/secrets/change-owner/"


def hand_over(client, *secrets, **fields):
    ids = [secret.pk for secret in secrets]
    data = {"ids": ids, "owner": "keep", "backup_owner": "keep", "reason": "Wen moves on"} | fields
    return client.post(PAGE, data, follow=True)


def owners() -> list[tuple[object, object]]:
    return [
        (secret.owner, secret.backup_owner)
        for secret in Secret.objects.select_related("owner", "backup_owner").order_by("pk")
    ]


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_several_secrets_get_an_owner_in_one_change_set(as_security, owner, backup_owner, security):
    first, second = make_secret(owner=backup_owner), make_secret()
    before = ChangeSet.objects.count()

    response = hand_over(as_security, first, second, owner=owner.pk, confirm="yes")

    made = ChangeSet.objects.latest("pk")
    assert owners() == [(owner, None), (owner, None)]
    assert (ChangeSet.objects.count() - before, made.actor, made.reason, made.rows.count()) == (
        1,
        security,
        "Wen moves on",
        2,
    )
    assert said(response) == ["2 secrets handed over."]
    assert response.request["PATH_INFO"] == "/secrets/"


def test_owner_and_backup_owner_change_together(as_security, owner, backup_owner):
    secret = make_secret(owner=backup_owner, backup_owner=owner)

    response = hand_over(as_security, secret, owner=owner.pk, backup_owner=backup_owner.pk, confirm="yes")

    assert owners() == [(owner, backup_owner)]
    assert response.request["PATH_INFO"] == secret.get_absolute_url()


def test_nobody_makes_a_gap(as_security, owner):
    secret = make_secret(owner=owner)

    hand_over(as_security, secret, owner="nobody", confirm="yes")

    assert owners() == [(None, None)]


def test_without_confirmation_before_and_after_are_shown_and_nothing_is_written(as_security, owner, backup_owner):
    secret = make_secret(owner=backup_owner)

    html = hand_over(as_security, secret, owner=owner.pk).content.decode()

    assert owners() == [(backup_owner, None)]
    assert "<del>Ben Backup</del> <ins>Olga Owner</ins>" in html
    assert "Change owner of 1 secret" in html


def test_one_secret_that_cannot_change_keeps_all_as_they_are(as_security, owner, backup_owner):
    fine, clash = make_secret(owner=backup_owner), make_secret(backup_owner=owner)

    html = hand_over(as_security, fine, clash, owner=owner.pk, confirm="yes").content.decode()

    assert owners() == [(backup_owner, None), (None, owner)]
    assert f"Olga Owner would be owner and backup owner of {clash}. Choose two people." in html
    assert "Nothing was changed." in html


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose a new owner, a new backup owner, or both."),
        ({"owner": "999999"}, "Choose one of the list."),
        ({"owner": "nobody", "reason": ""}, "Say why."),
        ({"owner": "nobody", "reason": "password: hunter2-Zx81-qq"}, "This looks like a value after the word"),
    ],
)
def test_what_is_missing_is_said_at_its_field(as_security, owner, fields, words):
    secret = make_secret(owner=owner)

    html = hand_over(as_security, secret, confirm="yes", **fields).content.decode()

    assert owners() == [(owner, None)]
    assert words in html
    assert "hunter2" not in html


def test_one_person_cannot_be_both(as_security, owner):
    secret = make_secret()

    html = hand_over(as_security, secret, owner=owner.pk, backup_owner=owner.pk, confirm="yes").content.decode()

    assert (owners(), "Owner and backup owner must be two different people." in html) == ([(None, None)], True)


def test_those_who_have_left_cannot_be_chosen(as_security):
    left = make_person(name="Lea Left", is_active=False)
    secret = make_secret()

    html = hand_over(as_security, secret, owner=left.pk, confirm="yes").content.decode()

    assert (owners(), "Choose one of the list." in html, "Lea Left" in html) == ([(None, None)], True, False)


def test_an_owner_hands_over_their_own_and_no_others(client, owner, colleague):
    own, other = make_secret(owner=owner), make_secret(owner=colleague)
    client.force_login(owner.account)

    refused = hand_over(client, own, other, owner=colleague.pk, confirm="yes")
    assert (refused.status_code, owners()) == (403, [(owner, None), (colleague, None)])

    hand_over(client, own, owner=colleague.pk, confirm="yes")
    assert owners() == [(colleague, None), (colleague, None)]


def test_an_auditor_hands_over_nothing(client, auditor):
    secret = make_secret()
    client.force_login(auditor)

    assert client.get(PAGE, {"ids": secret.pk}).status_code == 403


@pytest.mark.parametrize("ids", [[], ["x"], ["999999"], ["9" * 40], ["٣"]])
def test_without_secrets_the_list_says_what_to_do(as_security, ids):
    response = as_security.post(PAGE, {"ids": ids}, follow=True)

    assert said(response) == ["Tick the secrets to hand over first."]
    assert response.request["PATH_INFO"] == "/secrets/"


@pytest.mark.parametrize("number", [1, 3, 20])
def test_the_cost_of_looking_does_not_grow_with_the_secrets(as_security, number, django_assert_num_queries):
    secrets = [make_secret() for _ in range(number)]

    with django_assert_num_queries(7):
        as_security.post(PAGE, {"ids": [secret.pk for secret in secrets]})


@pytest.mark.parametrize(
    "number",
    [1, 3, 30],  # SQLite writes history in chunks of about forty rows
)
def test_the_cost_of_handing_over_does_not_grow_with_the_secrets(as_security, owner, number, django_assert_num_queries):
    secrets = [make_secret() for _ in range(number)]
    data = {"ids": [secret.pk for secret in secrets], "owner": owner.pk, "backup_owner": "keep", "reason": "Wen leaves"}

    with django_assert_num_queries(31):
        as_security.post(PAGE, data | {"confirm": "yes"})
    assert owners() == [(owner, None)] * number
