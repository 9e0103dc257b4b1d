"""Somebody answers a reminder from their mail, and another looks at what was sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from rotations.answer_keys import answer_key
from rotations.collecting import collect
from rotations.models import Acknowledgement, ReminderMessage
from tests.factories import make_person, make_secret


@pytest.fixture
def message(transactional_db, owner):
    """One that told Olga of an overdue secret and of one without a date, beside one that could not be delivered."""
    now = timezone.now()
    today = timezone.localdate(now)
    make_secret(name="prod/stripe/key", owner=owner, next_rotation_on=today - timedelta(days=3))
    make_secret(name="prod/a-very-long-name-of-a-service/credential", owner=owner)
    lost = make_person(name="<b>Lost</b>", email="lost@example.org")
    make_secret(name="dev/stripe/key", owner=lost, next_rotation_on=today + timedelta(days=12))
    with override_settings(SENDS_MAIL=True):
        collect(today=today, now=now)
    ReminderMessage.objects.update(state="sent", sent_at=now, count=2)
    ReminderMessage.objects.filter(person=lost).update(state="undeliverable", error="The mail server refuses it (550).")
    return ReminderMessage.objects.get(person=owner)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_no_faults(visit, message, owner, scheme):
    visitor = visit(scheme=scheme)
    visitor.open(f"/reminders/answer/{answer_key(message)}/")
    faults = visitor.faults()
    visitor.sign_in(owner.account)
    visitor.open("/reminders/")

    assert (faults, visitor.faults()) == ([], [])


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_link_of_a_message_quiets_after_a_button(visit, message, scripts):
    visitor = visit(scripts=scripts)
    page = visitor.open(f"/reminders/answer/{answer_key(message)}/")
    opened = Acknowledgement.objects.count()

    page.get_by_label("a-very-long-name-of-a-service").uncheck()
    visitor.press("Be quiet until then")

    assert page.get_by_text("Quiet until 20").count() == 1
    assert opened == 0
    assert [str(row.secret) for row in Acknowledgement.objects.select_related("secret")] == ["prod/stripe/key"]
