"""Triggers come after migrations, go before, and are missed where they are missing."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from audit.ledger import triggers
from audit.models import ChangeRow, ChangeSet, LedgerEntry
from config.checks import triggers_are_there
from contacts.models import Team
from tests.audit.ledger.every_model import plain
from tests.factories import make_evidence_record, make_team, make_user

NAME = "ledger_contacts_team_" + ("added" if connection.vendor == "sqlite" else "changed")


def drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{name}"' + (' ON "contacts_team"' if connection.vendor == "postgresql" else ""))


def of_checks() -> list[tuple[str, str]]:
    return [(message.id, message.msg) for message in triggers_are_there(None, databases=["default"])]


def test_all_that_the_models_ask_for_are_there(db):
    assert triggers.findings(connection) == []


def test_one_that_is_missing_is_named_by_the_check(db):
    drop(NAME)

    assert of_checks() == [
        ("config.W003", f"The ledger is not guarded: The trigger {NAME} on contacts_team is missing.")
    ]


def test_one_that_does_something_else_is_named(db):
    drop(NAME)
    watch = next(watch for watch in triggers.expected(connection.vendor) if watch.name == NAME)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f'CREATE TRIGGER "{NAME}" AFTER INSERT ON contacts_team BEGIN SELECT 1; END')
        else:
            cursor.execute(watch.create[1])
            cursor.execute(f'ALTER TABLE contacts_team DISABLE TRIGGER "{NAME}"')

    assert triggers.findings(connection) == [f"The trigger {NAME} on contacts_team is not as it should be."]


@pytest.mark.django_db(transaction=True)
def test_migrate_brings_back_what_is_missing():
    drop(NAME)

    call_command("migrate", verbosity=0)

    assert triggers.findings(connection) == []


@pytest.mark.django_db(transaction=True)
def test_a_migration_goes_back_and_comes_again_with_its_triggers():
    make_team(name="Platform team")
    before = list(LedgerEntry.objects.values_list("seq", "seal"))

    call_command("migrate", "inventory", "0001", verbosity=0)
    call_command("migrate", verbosity=0)

    assert triggers.findings(connection) == []
    assert [(seq, bytes(seal)) for seq, seal in LedgerEntry.objects.values_list("seq", "seal")] == [
        (seq, bytes(seal)) for seq, seal in before
    ]


@pytest.mark.django_db(transaction=True)
def test_a_register_from_before_the_ledger_is_sealed_as_it_is_found():
    make_team(name="Platform team")
    rows = ChangeRow.objects.count() + ChangeSet.objects.count()
    triggers.remove(connection)
    plain(LedgerEntry).delete()

    call_command("migrate", verbosity=0)

    assert LedgerEntry.objects.filter(table_name__in=["audit_changerow", "audit_changeset"]).count() == rows
    assert list(LedgerEntry.objects.order_by("seq").values_list("table_name", flat=True))[:3] == [
        "audit_changeset",
        "audit_changerow",
        "audit_changerow",
    ]
    call_command("verify_audit_trail", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_rows_without_a_change_set_are_sealed_after_all_others():
    with transaction.atomic():
        make_evidence_record(by=make_user())
    triggers.remove(connection)
    plain(LedgerEntry).delete()

    call_command("migrate", verbosity=0)

    assert LedgerEntry.objects.order_by("seq").last().table_name == "documents_evidencepack"
    call_command("verify_audit_trail", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_rows_that_were_slipped_in_are_not_sealed_by_the_next_migration():
    make_team(name="Platform team")
    triggers.remove(connection)
    ChangeSet.objects.create(source="system", reason="Slipped in")

    call_command("migrate", verbosity=0)

    assert not LedgerEntry.objects.filter(
        table_name="audit_changeset", row_key=ChangeSet.objects.get(reason="Slipped in").pk
    ).exists()
    assert Team.objects.count() == 1
