"""The end of the chain goes where the database's administrators cannot rewrite it."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from audit.acts import acting
from audit.ledger import anchoring
from audit.ledger.head import head
from tests.factories import make_team


@pytest.fixture
def logged(caplog, monkeypatch):
    monkeypatch.setattr(anchoring, "_logged_at", None)
    caplog.set_level(logging.INFO, logger="audit.ledger")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "audit.ledger"]


@pytest.mark.django_db(transaction=True)
def test_a_change_writes_the_head_to_the_log(logged):
    make_team()

    assert logged() == [f"Head of the ledger: {head()}"]


@pytest.mark.django_db(transaction=True)
def test_within_the_hour_it_is_written_once(logged):
    make_team()
    first = head()
    make_team()

    assert logged() == [f"Head of the ledger: {first}"]


@pytest.mark.django_db(transaction=True)
def test_it_can_be_written_after_every_change(logged, settings):
    settings.AUDIT_HEAD_MINUTES = 0
    heads = []
    for _ in range(2):
        make_team()
        heads.append(f"Head of the ledger: {head()}")

    assert logged() == heads


@pytest.mark.django_db(transaction=True)
def test_what_changes_nothing_writes_nothing(logged, security, client):
    logged_before = len(logged())

    client.force_login(security)

    assert len(logged()) == logged_before


def test_the_document_carries_it(as_security):
    make_team()

    response = as_security.get("/document.md")

    assert response.headers.get("X-Ledger-Head", "None") == str(head())


@pytest.mark.django_db(transaction=True)
def test_a_command_prints_it(capsys):
    make_team()

    call_command("audit_head")

    assert capsys.readouterr().out == f"{head()}\n"


def test_a_register_without_entries_has_none(db, capsys):
    if head() is None:
        with pytest.raises(CommandError, match="Nothing was ever sealed"):
            call_command("audit_head")


def test_a_clock_that_stepped_back_is_written_to_the_log_when_it_is_noticed(db, logged, settings):
    settings.DEMO = True  # where an act, and so its entries, may carry a date of its own
    with acting(actor=None, source="system", reason="Made for a test", at=timezone.now() + timedelta(days=2)):
        make_team()
    connection.check_constraints()
    settings.DEMO = False

    make_team()
    connection.check_constraints()

    assert re.match(r"The clock stepped back by 1 day, 23:59:\d\d\.\d+ since entry \d+ was sealed\.", logged()[-1])


def test_the_change_log_and_the_table_of_secrets_carry_it(as_security):
    make_team()
    connection.check_constraints()
    end = head()

    assert f"<code>{end}</code>" in as_security.get("/changes/").content.decode()
    table = b"".join(as_security.get(reverse("inventory:csv")).streaming_content).decode()
    assert f"Head of the ledger: {end}." in table
