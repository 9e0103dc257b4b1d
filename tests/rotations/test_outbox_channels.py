"""Messages into the channels of teams, which others read too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contacts.models import Person
from rotations.models import ReminderMessage
from rotations.outbox import Sent
from tests.factories import TODAY, make_person, make_secret, make_team
from tests.peers import slack_server
from tests.rotations.reminding import an_act, gather
from tests.rotations.test_outbox import NOW, send

pytestmark = pytest.mark.django_db


def test_in_a_channel_that_others_read_stands_no_key(owner: Person) -> None:
    team = make_team(name="Ops")
    with an_act():
        Person.objects.filter(pk=owner.pk).update(told_by="slack", team=team)
    make_secret(name="prod/a/key", owner=owner, next_rotation_on=TODAY + timedelta(days=30))
    with slack_server("Ops") as slack:
        gather()
        send("slack")

    [said] = slack.said
    assert "for Olga Owner" in said["text"]
    assert ("/reminders/answer/" in said["text"], "http://testserver/reminders/" in said["text"]) == (False, True)
    assert ReminderMessage.objects.get().address == "#Ops"


def test_one_channel_that_is_wrong_holds_back_no_other(owner: Person) -> None:
    for team in ("Broken", "Ops"):
        person = make_person(told_by="slack", team=make_team(name=team))
        make_secret(owner=person, next_rotation_on=TODAY + timedelta(days=30))
    with slack_server("Broken", "Ops") as slack:
        gather()
        slack.answers = [(200, {}, "<html>Sign in</html>")]
        first, again = send("slack"), send("slack", now=NOW + timedelta(seconds=60))

    assert (first, again) == (Sent(delivered=1, later=1), Sent(delivered=1))
