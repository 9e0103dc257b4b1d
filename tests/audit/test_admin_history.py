"""History in the admin is read by those who see the row, and written by nobody."""

from __future__ import annotations

import pytest
from django.test import Client

from audit.acts import acting
from audit.models import ChangeSet, User
from contacts.models import Person, Team
from rotations.feed_acts import make_feed
from tests.admin_pages import address_of
from tests.factories import (
    make_person,
    make_team,
)

pytestmark = pytest.mark.django_db


def _in_an_act():
    return acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test")


@pytest.mark.parametrize("who", ["security", "auditor", "owner_account", "outsider"])
def test_history_is_read_only_for_every_role(client: Client, request, owner: Person, who: str):
    team = make_team(name="DevOps")
    version = team.history.latest("history_id")
    client.force_login(owner.account if who == "owner_account" else request.getfixturevalue(who))
    before = ChangeSet.objects.count()

    for address in (address_of(Team, "history", team.pk), address_of(Team, "simple_history", team.pk, version.pk)):
        answers = [client.post(address, {"name": "Written", "change_reason": "To try it"}), client.put(address)]
        assert [answer.status_code for answer in answers] == [403 if who == "outsider" else 405] * 2
    assert (Team.objects.get(pk=team.pk).name, ChangeSet.objects.count()) == ("DevOps", before)


def test_history_tells_differences_in_words_and_offers_no_revert(client: Client, security: User):
    team = make_team(name="DevOps")
    with acting(actor=security, source="web", reason="She leads it now"):
        team.lead = make_person(name="Lea Lead")
        team.save()
    client.force_login(security)

    versions = client.get(address_of(Team, "history", team.pk)).content.decode()
    one = client.get(
        address_of(Team, "simple_history", team.pk, team.history.earliest("history_id").pk)
    ).content.decode()

    assert "<strong>Lead:</strong> nothing → Lea Lead" in versions
    assert ("She leads it now" in versions, "Sam Security" in versions) == (True, True)
    assert ('name="_save"' in one, "change_reason" in one, "DevOps" in one) == (False, False, True)


def test_history_of_a_row_that_cannot_be_seen_is_not_there(client: Client, owner: Person, colleague: Person):
    with _in_an_act():
        feed = make_feed(by=colleague.account, scope="mine").feed
    client.force_login(owner.account)
    version = feed.history.latest("history_id").pk

    answers = [client.get(address_of(type(feed), "history", feed.pk))]
    answers.append(client.get(address_of(type(feed), "simple_history", feed.pk, version)))

    assert [answer.status_code for answer in answers] == [404, 404]
