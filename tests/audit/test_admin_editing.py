"""Every change and removal in the admin has a reason, and never overwrites what somebody else did meanwhile."""

from __future__ import annotations

import pytest
from django.test import Client

from audit.models import ChangeRow, ChangeSet, User
from contacts.models import Team
from tests.admin_pages import address_of, sent_back
from tests.factories import (
    make_person,
    make_team,
)

pytestmark = pytest.mark.django_db


def test_removing_asks_why_and_the_change_log_keeps_it(client: Client, security: User):
    team = make_team(name="Old team")
    client.force_login(security)
    address = address_of(Team, "delete", team.pk)

    without = client.post(address, {"post": "yes", "change_reason": " "})
    assert (without.status_code, Team.objects.filter(pk=team.pk).exists()) == (302, True)

    client.post(address, {"post": "yes", "change_reason": "Nobody is in it"})
    told = ChangeRow.objects.latest("pk")
    assert (told.change_type, told.object_text, told.change_set.reason) == ("-", "Old team", "Nobody is in it")
    assert not Team.objects.filter(pk=team.pk).exists()


def test_what_is_still_used_cannot_be_removed_and_its_users_are_named(client: Client, security: User):
    team = make_team(name="DevOps")
    make_person(name="Mia Member", team=team)
    client.force_login(security)

    shown = client.get(address_of(Team, "delete", team.pk)).content.decode()
    client.post(address_of(Team, "delete", team.pk), {"post": "yes", "change_reason": "To try it"})

    assert ("is still in use" in shown, "Mia Member" in shown) == (True, True)
    assert Team.objects.filter(pk=team.pk).exists()


def test_nothing_offers_to_remove_many_at_once(client: Client, security: User):
    make_team()
    client.force_login(security)

    assert b"delete_selected" not in client.get(address_of(Team)).content


def test_a_change_without_a_reason_is_refused_and_what_was_typed_stays(client: Client, security: User):
    team = make_team(name="DevOps")
    client.force_login(security)

    answer = client.post(address_of(Team, "change", team.pk), {"name": "Platform", "change_reason": ""})

    assert "Say why you make this change." in answer.content.decode()
    assert 'value="Platform"' in answer.content.decode()
    assert Team.objects.get(pk=team.pk).name == "DevOps"


def test_a_change_carries_its_reason_and_links_its_entry(client: Client, security: User):
    team = make_team(name="DevOps")
    client.force_login(security)
    address = address_of(Team, "change", team.pk)

    answer = client.post(
        address, sent_back(client, address) | {"name": "Platform", "change_reason": "New name"}, follow=True
    )

    entry = ChangeSet.objects.latest("pk")
    assert (entry.actor, entry.source, entry.reason) == (security, "admin", "New name")
    assert f'<a href="/changes/{entry.pk}/">Entry {entry.pk}</a>' in answer.content.decode()


def test_saving_without_a_difference_leaves_no_entry(client: Client, security: User):
    team = make_team()
    client.force_login(security)
    address, before = address_of(Team, "change", team.pk), ChangeSet.objects.count()

    answer = client.post(address, sent_back(client, address) | {"change_reason": "Nothing"}, follow=True)

    assert (ChangeSet.objects.count(), "Nothing differs." in answer.content.decode()) == (before, True)


@pytest.mark.parametrize(
    ("wanted", "lands"), [("/people/", "/people/"), ("https://evil.example/", None), ("//evil", None)]
)
def test_saving_leads_back_to_the_page_that_sent_here(client: Client, security: User, wanted: str, lands: str | None):
    team = make_team()
    client.force_login(security)
    address = f"{address_of(Team, 'change', team.pk)}?next={wanted}"

    answer = client.post(address, sent_back(client, address) | {"change_reason": "To try it"})

    assert answer.headers["Location"] == (lands or address_of(Team))


def test_text_that_looks_like_a_value_is_refused_and_not_shown_again(client: Client, security: User):
    team = make_team(name="DevOps")
    client.force_login(security)
    address = address_of(Team, "change", team.pk)

    for field in ("name", "change_reason"):
        typed = sent_back(client, address) | {"change_reason": "To try it"} | {field: "AKIAIOSFODNN7REALKEY"}
        shown = client.post(address, typed).content.decode()
        assert "AKIAIOSFODNN7REALKEY" not in shown
        assert "This looks like" in shown
    assert Team.objects.get(pk=team.pk).name == "DevOps"


def test_the_second_of_two_editors_is_told_of_the_first_and_loses_nothing(client: Client, security: User):
    lead = make_person(name="Lea Lead")
    team = make_team(name="DevOps")
    client.force_login(security)
    address = address_of(Team, "change", team.pk)
    seen_by_second = sent_back(client, address)
    client.post(address, sent_back(client, address) | {"lead": lead.pk, "change_reason": "She leads it now"})

    answer = client.post(address, seen_by_second | {"name": "Platform", "change_reason": "New name"})

    shown, entry = answer.content.decode(), ChangeSet.objects.latest("pk")
    assert f'Lead from nothing to “Lea Lead” (<a href="/changes/{entry.pk}/">entry {entry.pk}</a>)' in shown
    assert 'value="Platform"' in shown
    assert "New name</textarea>" in shown
    assert (Team.objects.get(pk=team.pk).name, Team.objects.get(pk=team.pk).lead) == ("DevOps", lead)


def test_saving_again_after_being_told_takes_back_nothing_of_the_first_editor(client: Client, security: User):
    lead = make_person(name="Lea Lead")
    team = make_team(name="DevOps")
    client.force_login(security)
    address = address_of(Team, "change", team.pk)
    seen_by_second = sent_back(client, address)
    client.post(address, sent_back(client, address) | {"lead": lead.pk, "change_reason": "She leads it now"})
    told = client.post(address, seen_by_second | {"name": "Platform", "change_reason": "New name"})
    form = told.context["adminform"].form

    client.post(address, {name: form[name].value() or "" for name in form.fields})

    saved = Team.objects.get(pk=team.pk)
    assert (saved.name, saved.lead) == ("Platform", lead)
