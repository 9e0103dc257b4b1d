"""Accounts in the admin: who adds them, what is never shown, and that somebody can always administer them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import ChangeSet, User
from contacts.models import Person
from tests.admin_pages import address_of, sent_back
from tests.factories import (
    PASSWORD,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_security_adds_an_account_with_a_password_and_a_role(client: Client, security: User):
    client.force_login(security)
    typed = {"username": "nora", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    roles = {"grants-TOTAL_FORMS": "1", "grants-INITIAL_FORMS": "0", "grants-0-role": "owner"}

    client.post(address_of(User, "add"), typed | roles | {"change_reason": "Joined the team"})

    made = User.objects.get(username="nora")
    assert (made.check_password(PASSWORD), made.roles) == (True, {"owner"})
    assert ChangeSet.objects.latest("pk").reason == "Joined the team"


def test_an_account_never_shows_the_hash_of_its_password(client: Client, security: User):
    client.force_login(security)

    shown = client.get(address_of(User, "change", security.pk)).content.decode()

    assert [word for word in ("pbkdf2", "md5$", "algorithm", security.password[:12]) if word in shown] == []
    assert "Set a password" in shown


def test_a_new_password_is_told_of_without_the_password(client: Client, security: User, auditor: User):
    client.force_login(security)
    typed = {"usable_password": "true", "password1": "another-4711-horse", "password2": "another-4711-horse"}

    client.post(reverse("admin:auth_user_password_change", args=[auditor.pk]), typed)

    auditor.refresh_from_db()
    assert auditor.check_password("another-4711-horse")
    assert ChangeSet.objects.latest("pk").reason == "Set a new password for Ada Auditor"


def test_only_security_opens_the_page_for_a_new_password(client: Client, auditor: User, owner: Person):
    client.force_login(owner.account)

    assert client.get(reverse("admin:auth_user_password_change", args=[auditor.pk])).status_code == 403


def test_the_last_account_that_administers_accounts_stays_active(client: Client, security: User):
    client.force_login(security)
    address = address_of(User, "change", security.pk)
    inlines = {"grants-TOTAL_FORMS": "0", "grants-INITIAL_FORMS": "0"}
    typed = {name: value for name, value in sent_back(client, address).items() if name != "is_active"}

    answer = client.post(address, typed | inlines | {"change_reason": "Leaves"})

    assert "Nobody else can administer accounts." in answer.content.decode()
    assert User.objects.get(pk=security.pk).is_active


def test_the_last_role_that_administers_accounts_stays(client: Client, security: User, auditor: User):
    client.force_login(security)
    address, grant = address_of(User, "change", security.pk), security.grants.get()
    removed = {
        "grants-TOTAL_FORMS": "1",
        "grants-INITIAL_FORMS": "1",
        "grants-0-id": grant.pk,
        "grants-0-user": security.pk,
        "grants-0-role": "security",
        "grants-0-DELETE": "on",
    }

    answer = client.post(address, sent_back(client, address) | removed | {"change_reason": "Leaves"})
    assert "Nobody else can administer accounts." in answer.content.decode()

    make_user(roles=("security",))
    client.post(address, sent_back(client, address) | removed | {"change_reason": "Leaves"})
    assert User.objects.get(pk=security.pk).roles == frozenset()


def test_only_a_superuser_makes_superusers(client: Client, security: User, auditor: User):
    client.force_login(security)
    address = address_of(User, "change", auditor.pk)
    inlines = {"grants-TOTAL_FORMS": "0", "grants-INITIAL_FORMS": "0"}

    client.post(address, sent_back(client, address) | inlines | {"is_superuser": "on", "change_reason": "To try it"})

    assert not User.objects.get(pk=auditor.pk).is_superuser
