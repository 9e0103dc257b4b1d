"""The sample register: what a newcomer meets."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client
from django.utils import timezone

from audit.models import ChangeReview, ChangeSet, User
from audit.review_queue import queue
from documents.importing.plan import plan
from documents.sample_register import ACCOUNTS, DOCUMENT, PASSWORD, fill
from inventory.models import Secret
from inventory.policy import Standing
from rotations.models import Rotation
from tests.factories import TODAY


def test_demo_refuses_where_real_people_sign_in(db):
    with pytest.raises(CommandError, match="Set DEMO=yes"):
        call_command("demo")

    assert User.objects.count() == 0


@pytest.mark.once
def test_demo_keeps_what_was_entered_when_started_again(db, settings):
    settings.DEMO = True
    call_command("demo", stdout=StringIO())
    entered = ChangeSet.objects.count()
    said = StringIO()

    call_command("demo", stdout=said)

    assert ChangeSet.objects.count() == entered
    assert [line.split() for line in said.getvalue().splitlines() if PASSWORD in line] == [
        [account.username, PASSWORD, *account.what.split()] for account in ACCOUNTS
    ]


def test_sample_document_has_no_problems(db, settings, security):
    planned = plan(DOCUMENT.read_text(), by=security, at=timezone.now(), today=TODAY, lock=False)

    assert planned.problems == []


def test_sample_year_shows_every_standing_but_a_leak(db, settings):
    settings.DEMO = True

    fill(today=TODAY)

    shown = {standing for standing in Standing if Secret.objects.with_standing(standing, TODAY).exists()}
    assert shown == set(Standing) - {Standing.ROTATE_NOW}


@pytest.mark.once
def test_sample_year_lies_in_the_past_and_leaves_one_plan(db, settings):
    settings.DEMO = True

    fill(today=TODAY)

    last = ChangeSet.objects.exclude(actor=None).order_by("-at").values_list("at", flat=True)[0]
    assert timezone.localdate(last) < TODAY
    assert [rotation.planned_on > TODAY for rotation in Rotation.objects.upcoming()] == [True]
    assert [Client().login(username=account.username, password=PASSWORD) for account in ACCOUNTS] == [True] * 4


@pytest.mark.once
def test_sample_year_was_reviewed_and_leaves_something_to_review_and_to_answer(db, settings):
    settings.DEMO = True

    fill(today=TODAY)

    found = queue(TODAY)
    assert (0 < found.count < 20, found.objected, ChangeReview.objects.filter(author=F("reviewer")).count()) == (
        True,
        1,
        0,
    )
