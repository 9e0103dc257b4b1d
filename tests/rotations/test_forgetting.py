"""What was sent long ago is forgotten, once it is done."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from contacts.models import Person
from rotations.models import Reminder, ReminderMessage, ReminderRun
from rotations.recording import record_rotation
from tests.factories import TODAY, make_secret
from tests.rotations.reminding import an_act, day, gather, sent

pytestmark = pytest.mark.django_db


@override_settings(SENDS_MAIL=True)
def test_what_was_done_long_ago_is_forgotten_and_what_stands_is_not(owner: Person, security: Any) -> None:
    late, done = (make_secret(name=f"prod/a/{code}", owner=owner, next_rotation_on=TODAY) for code in ("late", "done"))
    made_now = gather().made
    sent()
    with an_act():
        record_rotation(secrets=[done], on=TODAY, by=security, today=TODAY, old_revoked=True)
    before = list(Reminder.objects.filter(secret=done).values_list("due_on", flat=True))

    gather(day(400))
    kept = Reminder.objects.filter(due_on=TODAY, days=0).count()
    sent(day(400))
    gather(day(401))

    assert (made_now, before, kept) == (2, [TODAY], 2)
    assert list(Reminder.objects.filter(due_on=TODAY, days=0).values_list("secret__name", flat=True)) == [late.name]
    assert not ReminderMessage.objects.filter(on=TODAY, reminders__isnull=True).exists()
    assert list(ReminderRun.objects.order_by("on").values_list("on", flat=True)) == [day(400), day(401)]
