"""Editing people: what they own is named when they leave, and how they are reached is theirs to say."""

from __future__ import annotations

import pytest
from django.test import Client

from audit.models import User
from contacts.models import Absence, Person
from inventory.models import Secret
from tests.admin_pages import sent_back
from tests.factories import (
    make_person,
    make_secret,
    make_team,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(owner: Person, backup_owner: Person) -> Secret:
    return make_secret(name="prod/stripe/secret_key", owner=owner, backup_owner=backup_owner)


def test_a_person_who_leaves_is_told_of_with_what_they_own(client: Client, security: User, mine: Secret, owner: Person):
    client.force_login(security)
    address = f"/admin/contacts/person/{owner.pk}/change/"
    typed = {name: value for name, value in sent_back(client, address).items() if name != "is_active"}

    shown = client.post(address, typed | {"change_reason": "Left the company"}, follow=True).content.decode()

    assert not Person.objects.get(pk=owner.pk).is_active
    assert 'Olga Owner still owns <a href="/secrets/prod/stripe/secret_key/">prod/stripe/secret_key</a>.' in shown
    assert "can still sign in. Deactivate it too." in shown


def test_people_change_how_they_are_reached_and_nothing_else_of_themselves(client: Client, owner: Person):
    team = make_team()
    client.force_login(owner.account)
    address = f"/admin/contacts/person/{owner.pk}/change/"

    client.post(
        address, sent_back(client, address) | {"phone": "+49 30 99", "team": team.pk, "change_reason": "New number"}
    )

    owner.refresh_from_db()
    assert (owner.phone, owner.team, owner.is_active) == ("+49 30 99", None, True)


def test_people_say_themselves_when_they_are_away(client: Client, owner: Person):
    client.force_login(owner.account)
    address = f"/admin/contacts/person/{owner.pk}/change/"
    away = {"absences-TOTAL_FORMS": "1", "absences-0-first_on": "2026-08-01", "absences-0-last_on": "2026-08-14"}

    client.post(address, sent_back(client, address) | away | {"change_reason": "Holidays"})

    assert [str(absence) for absence in Absence.objects.all()] == ["Olga Owner, 2026-08-01 to 2026-08-14"]


def test_an_owner_does_not_edit_somebody_else(client: Client, owner: Person, colleague: Person):
    client.force_login(owner.account)

    assert client.post(f"/admin/contacts/person/{colleague.pk}/change/", {"phone": "+49 30 99"}).status_code == 403


def test_only_people_who_are_here_are_offered_as_owners(client: Client, owner: Person):
    make_person(name="Olga Left", is_active=False)
    client.force_login(owner.account)
    asked = {"term": "olga", "app_label": "inventory", "model_name": "secret", "field_name": "owner"}

    offered = client.get("/admin/autocomplete/", asked).json()["results"]

    assert [choice["text"] for choice in offered] == ["Olga Owner"]
