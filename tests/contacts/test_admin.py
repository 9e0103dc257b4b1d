"""Security keeps teams, titles and the escalation path; everybody else who sees the register reads them."""

from __future__ import annotations

import pytest
from django.test import Client

from audit.models import User
from contacts.models import EscalationStep, Person, TitledRole
from tests.factories import make_team, make_titled_role

pytestmark = pytest.mark.django_db
STEP = "/admin/contacts/escalationstep/add/"


def test_a_step_names_what_its_kind_says(client: Client, security: User):
    client.force_login(security)
    team = make_team()

    refused = client.post(STEP, {"kind": "owner", "team": team.pk, "position": 0, "wait_minutes": 15})
    client.post(STEP, {"kind": "team", "team": team.pk, "position": 0, "wait_minutes": 15})

    assert "neither for the others" in refused.content.decode()
    assert [step.words for step in EscalationStep.objects.select_related("team")] == [team.name]


@pytest.mark.parametrize("page", ["team", "titledrole", "absence", "escalationstep"])
def test_an_owner_reads_contacts_and_changes_none(client: Client, owner: Person, page: str):
    client.force_login(owner.account)

    answers = [client.get(f"/admin/contacts/{page}/"), client.get(f"/admin/contacts/{page}/add/")]

    assert [answer.status_code for answer in answers] == [200, 403]


def test_a_title_is_given_to_somebody_with_a_reason(client: Client, security: User, owner: Person):
    role = make_titled_role(title="Security Lead")
    client.force_login(security)
    address = f"/admin/contacts/titledrole/{role.pk}/change/"
    seen = client.get(address).context["adminform"].form["seen_version"].value()
    typed = {"title": "Security Lead", "person": owner.pk, "position": 0, "seen_version": seen}

    client.post(address, typed | {"change_reason": "Named by the board"})

    assert TitledRole.objects.get().person == owner
    assert role.history.latest("history_id").change_set.reason == "Named by the board"


def test_titles_differ_in_more_than_capitals(client: Client, security: User):
    make_titled_role(title="Security Lead")
    client.force_login(security)

    answer = client.post("/admin/contacts/titledrole/add/", {"title": "security lead", "position": 0})

    assert "This title exists." in answer.content.decode()
