"""What is no row at all ends no look: it is one more finding."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.ledger.head import head
from audit.ledger.verifying import verify
from audit.models import LedgerEntry
from tests.audit.ledger.every_model import an_act
from tests.factories import make_secret, make_team
from tests.past_the_register import write_past_the_register

pytestmark = pytest.mark.django_db

# SQLite keeps whatever it is given in a column, whatever its type.
JUNK = ["junk", b"\xff\xfe\x00", 3.25, -1, " ", 10**18, "2026-99-99 99:99"]
PLACES = [
    ("audit_ledgerentry", "seq", "table_name"),
    ("audit_ledgerentry", "seq", "row_key"),
    ("audit_ledgerentry", "seq", "layout"),
    ("audit_ledgerentry", "seq", "at"),
    ("audit_ledgerentry", "seq", "key_id"),
    ("audit_ledgerentry", "seq", "digests"),
    ("audit_ledgerentry", "seq", "seal"),
    ("audit_changeset", "id", "at"),
    ("audit_changeset", "id", "reason"),
    ("audit_changerow", "id", "history_id"),
    ("inventory_historicalsecret", "history_id", "history_date"),
    ("inventory_historicalsecret", "history_id", "purpose"),
]


@pytest.fixture(autouse=True)
def rows():
    make_secret(purpose="Payments")
    connection.check_constraints()


@pytest.mark.parametrize("junk", JUNK, ids=repr)
@pytest.mark.parametrize(("table", "key", "column"), PLACES, ids=lambda place: place)
def test_junk_is_found_and_the_look_goes_on(table, key, column, junk):
    if connection.vendor == "postgresql":  # which refuses most of it
        return
    write_past_the_register(f"UPDATE {table} SET {column} = %s WHERE {key} = (SELECT MAX({key}) FROM {table})", [junk])

    report = verify()

    assert report.findings
    assert report.entries == LedgerEntry.objects.count()


def test_the_command_prints_what_cannot_be_printed(capsys):
    if connection.vendor == "sqlite":
        write_past_the_register("UPDATE audit_changerow SET object_text = %s", [b"\xff\xfe"])
    write_past_the_register("UPDATE inventory_secret SET purpose = 'Other'")

    with pytest.raises(CommandError, match="does not hold"):
        call_command("verify_audit_trail")

    assert "live: inventory_secret" in capsys.readouterr().out


def test_the_register_goes_on_after_an_entry_that_is_none():
    write_past_the_register(
        "UPDATE audit_ledgerentry SET seal = %s WHERE seq = (SELECT MAX(seq) FROM audit_ledgerentry)", [b"junk"]
    )

    with an_act():
        make_team()
    connection.check_constraints()

    assert {finding.kind.value for finding in verify().findings} == {"seal"}
    assert head() == verify().head
