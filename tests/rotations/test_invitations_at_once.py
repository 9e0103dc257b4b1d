"""Many senders at the same moment: each invitation goes out once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from rotations.models import Invitation, Rotation
from tests.factories import make_person, make_rotation, make_secret
from tests.peers import Post, mail_server
from tests.rotations.invitation_reader import read_mail
from tests.rotations.inviting import change
from tests.rotations.test_senders_at_once import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def told(post: Post) -> Counter[tuple[str, str, str]]:
    mails = [(str(mail["To"]), read_mail(mail)) for mail in post.mails]
    return Counter((to, event["METHOD"], event["SEQUENCE"]) for to, event in mails)


def test_four_senders_at_once_send_each_invitation_move_and_cancellation_once() -> None:
    day = timezone.localdate() + timedelta(days=40)
    addresses = [f"p{number}@example.org" for number in range(12)]
    people = [make_person(email=address, invitations=True) for address in addresses]
    secrets = tuple(make_secret(owner=person, next_rotation_on=day + timedelta(days=300)) for person in people)
    make_rotation(planned_on=day, secrets=secrets)
    with mail_server() as post:
        at_once(4, lambda: call_command("send_invitations", stdout=StringIO()))
        change(Rotation.objects.get(), planned_on=day + timedelta(days=1))
        at_once(4, lambda: call_command("send_reminders", stdout=StringIO()))
        change(Rotation.objects.get(), state="cancelled")
        at_once(4, lambda: call_command("send_invitations", stdout=StringIO()))

    steps = [("REQUEST", "0"), ("REQUEST", "1"), ("CANCEL", "2")]
    assert told(post) == {(address, *step): 1 for address in addresses for step in steps}
    assert set(Invitation.objects.values_list("state", "is_settled")) == {("cancelled", True)}
