"""What was changed behind the register's back is found, and named by row; what was not, is not."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from audit.acts import acting
from audit.ledger.head import Head, head
from audit.ledger.verifying import verify
from audit.models import ChangeRow, LedgerEntry
from inventory.models import Secret
from tests.audit.ledger.every_model import an_act
from tests.audit.ledger.tampering import DERIVED
from tests.factories import make_person, make_secret
from tests.past_the_register import past_the_register, write_past_the_register

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(owner) -> Secret:
    secret = make_secret(name="prod/stripe/secret_key", owner=owner, purpose="Payments")
    with an_act():
        secret.purpose = "Payments of all shops"
        secret.save()
    connection.check_constraints()
    return secret


def found(**expected: object) -> list[tuple[str, str, object]]:
    return [(f.kind.value, f.table, tuple(sorted(f.columns))) for f in verify(**expected).findings]


def test_a_register_that_nobody_tampered_with_holds(secret):
    report = verify(expected=[head()])

    assert (report.findings, report.notices) == ([], [])
    assert report.entries == LedgerEntry.objects.count()
    assert report.head == head()


def test_a_changed_history_row_is_named_with_its_columns(secret):
    write_past_the_register("UPDATE inventory_historicalsecret SET purpose = 'Nothing', owner_id = NULL")

    assert found() == [
        ("changed", "inventory_historicalsecret", ("owner_id", "purpose")),
        ("changed", "inventory_historicalsecret", ("owner_id", "purpose")),
        ("live", "inventory_secret", ("owner_id", "purpose")),
    ]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("audit_changeset", "reason", "Something else"),
        ("audit_changeset", "actor_name", "Somebody else"),
        ("audit_changeset", "at", "2020-01-01 00:00:00"),
        ("audit_changerow", "object_text", "dev/other/key"),
        ("audit_changerow", "fields", "[]"),
        ("inventory_historicalsecret", "history_type", "+"),
        ("inventory_historicalsecret", "history_date", "2020-01-01 00:00:00"),
        ("inventory_historicalsecret", "history_change_reason", "Something else"),
    ],
)
def test_each_column_of_what_is_written_once_is_sealed(secret, table, column, value):
    order = "history_id" if table.startswith("inventory") else "id"
    write_past_the_register(
        f"UPDATE {table} SET {column} = %s WHERE {order} = (SELECT MAX({order}) FROM {table})", [value]
    )

    assert found() == [("changed", table, (column,))]


def test_a_live_row_that_is_not_what_its_history_says_is_named(secret):
    write_past_the_register("UPDATE inventory_secret SET owner_id = NULL, status = 'retired'")

    assert found() == [("live", "inventory_secret", ("owner_id", "status"))]


def test_a_live_row_that_nobody_recorded_is_named(secret):
    write_past_the_register("INSERT INTO contacts_team (name) VALUES ('Shadow team')")

    assert found() == [("live", "contacts_team", ())]


def test_a_live_row_that_went_without_a_trace_is_named(secret):
    write_past_the_register("DELETE FROM inventory_secret")

    assert found() == [("live", "inventory_secret", ())]


def test_history_that_is_gone_leaves_its_entry_behind(secret):
    last = Secret.history.latest("history_id").history_id
    write_past_the_register("DELETE FROM inventory_historicalsecret WHERE history_id = %s", [last])

    assert found() == [
        ("missing", "inventory_historicalsecret", ()),
        ("live", "inventory_secret", ("purpose",)),
    ]


def test_history_that_nobody_sealed_is_found(secret):
    with past_the_register(), connection.cursor() as cursor:
        columns = [
            f.column for f in Secret.history.model._meta.concrete_fields if not f.primary_key and not f.generated
        ]
        listed = ", ".join(f'"{column}"' for column in columns)
        cursor.execute(
            f"INSERT INTO inventory_historicalsecret ({listed}) SELECT {listed} FROM inventory_historicalsecret"
            " ORDER BY history_id DESC LIMIT 1"
        )

    assert found() == [("unsealed", "inventory_historicalsecret", ())]


def test_an_entry_taken_out_of_the_middle_leaves_a_gap_and_breaks_the_seal_after_it(secret):
    middle = LedgerEntry.objects.order_by("seq")[3].seq
    write_past_the_register("DELETE FROM audit_ledgerentry WHERE seq = %s", [middle])

    assert [kind for kind, _, _ in found()] == ["gap", "seal", "unsealed"]


def test_an_end_that_was_cut_off_with_its_rows_is_found_by_a_head_kept_elsewhere(secret):
    kept = head()
    with an_act():
        secret.purpose = "Another purpose"
        secret.save()
    connection.check_constraints()
    later = head()
    with past_the_register(), connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_secret SET purpose = 'Payments of all shops'")
        cursor.execute("DELETE FROM inventory_historicalsecret WHERE purpose = 'Another purpose'")
        for derived in DERIVED:
            cursor.execute(f"DELETE FROM {derived}")
        for table in ("audit_changerow", "audit_changeset"):
            cursor.execute(
                f"DELETE FROM {table} WHERE id IN"
                " (SELECT row_key FROM audit_ledgerentry WHERE table_name = %s AND seq > %s)",
                [table, kept.seq],
            )
        cursor.execute("DELETE FROM audit_ledgerentry WHERE seq > %s", [kept.seq])

    assert found(expected=[kept]) == []
    assert found(expected=[kept, later]) == [("head", "", ())]


def test_a_chain_that_was_made_anew_is_found_by_a_head_kept_elsewhere(secret):
    kept = head()

    assert found(expected=[Head(kept.seq, "0" * 64)]) == [("head", "", ())]


def test_entries_of_a_former_key_are_verified_with_it(secret, settings):
    former = settings.AUDIT_KEY
    with override_settings(AUDIT_KEY="another-key", AUDIT_KEY_FALLBACKS=[former]):
        make_person()
        connection.check_constraints()

        assert len(set(LedgerEntry.objects.values_list("key_id", flat=True))) == 2
        assert verify().findings == []


def test_entries_of_an_unknown_key_say_so(secret):
    with override_settings(AUDIT_KEY="another-key"):
        kinds = {finding.kind.value for finding in verify().findings}

    assert kinds == {"key"}


def test_an_entry_made_with_another_key_under_the_name_of_ours_is_found(secret):
    last = LedgerEntry.objects.latest("seq")
    write_past_the_register("UPDATE audit_ledgerentry SET seal = %s WHERE seq = %s", [b"x" * 32, last.seq])

    assert found() == [("seal", "", ())]


def test_a_clock_that_stepped_back_is_noticed_and_proves_nothing_wrong(secret, monkeypatch):
    later = LedgerEntry.objects.latest("seq").at + timedelta(hours=3)
    with override_settings(DEMO=True):  # where acts, and so entries, may carry dates of their own
        for at in (later, later - timedelta(hours=2)):
            with acting(actor=None, source="system", reason="Made for a test", at=at):
                make_person()
            connection.check_constraints()

    report = verify()

    assert report.findings == []
    assert [notice.words for notice in report.notices] == [
        f"The clock stepped back by 2:00:00 before entry {report.notices[0].seq} was sealed."
    ]


def test_triggers_that_are_gone_are_named(secret):
    with connection.cursor() as cursor:
        on = ' ON "contacts_team"' if connection.vendor == "postgresql" else ""
        name = "ledger_contacts_team_changed"
        cursor.execute(f'DROP TRIGGER "{name}"{on}')

    assert [finding.words for finding in verify().findings] == [f"The trigger {name} on contacts_team is missing."]


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_audit_trail", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_the_head_that_is_to_be_kept(secret):
    assert printed("--expect", str(head())) == (
        f"{LedgerEntry.objects.count()} entries verified: nothing was changed behind the register's back.\n"
        f"Head, to be kept elsewhere: {head()}\n"
    )


def test_the_command_fails_and_names_each_finding_by_row(secret):
    write_past_the_register("UPDATE inventory_secret SET owner_id = NULL")
    out = StringIO()

    with pytest.raises(CommandError, match=r"^The audit trail does not hold: 1 findings\.$"):
        call_command("verify_audit_trail", stdout=out)

    assert out.getvalue().splitlines()[0] == (
        f"live: inventory_secret {secret.pk} is not what its history says: owner_id. (prod/stripe/secret_key)"
    )


def test_the_command_says_it_in_json(secret):
    assert json.loads(printed("--json")) == {
        "holds": True,
        "entries": LedgerEntry.objects.count(),
        "head": str(head()),
        "findings": [],
        "notices": [],
    }


def test_a_head_that_is_none_is_refused(secret):
    with pytest.raises(CommandError, match="write it as it was printed"):
        printed("--expect", "nonsense")


def test_verifying_writes_nothing(secret):
    before = (LedgerEntry.objects.count(), ChangeRow.objects.count())

    verify()

    assert (LedgerEntry.objects.count(), ChangeRow.objects.count()) == before
