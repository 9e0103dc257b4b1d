"""The running application's own role in PostgreSQL adds to the ledger and can change nothing of it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from audit.ledger.database_role import grants
from audit.ledger.tables import sealed_tables
from audit.ledger.verifying import verify
from contacts.models import Team
from tests.audit.ledger.every_model import an_act, run
from tests.factories import make_secret, make_team

# Roles are the whole server's, and several processes of the tests share one.
ROLE = f"register_application_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


@pytest.fixture
def as_application(transactional_db: None) -> Iterator[None]:
    """Act in the database with the application's own role."""
    make_team(name="Platform team")
    run(f"CREATE ROLE {ROLE}")
    for statement in grants(ROLE):
        run(statement)
    run(f"SET ROLE {ROLE}")
    yield
    run("RESET ROLE")
    run(f"DROP OWNED BY {ROLE}")
    run(f"DROP ROLE {ROLE}")


@pytest.mark.postgresql
def test_the_register_works_with_it(as_application):
    secret = make_secret()
    with an_act():
        Team.objects.update(name="Other team")
        secret.delete()

    assert Team.objects.get().name == "Other team"
    assert verify().findings == []


FORBIDDEN = {
    "a change of history": "UPDATE contacts_historicalteam SET name = 'x'",
    "a removal of history": "DELETE FROM contacts_historicalteam",
    "an entry of another time": "UPDATE audit_ledgerentry SET at = now()",
    "an entry that goes": "DELETE FROM audit_ledgerentry",
    "an emptied table": "TRUNCATE contacts_team CASCADE",
    "an emptied ledger": "TRUNCATE audit_ledgerentry",
    "a debt forgiven": "DELETE FROM audit_unrecorded",
    "a key that leads somewhere": "INSERT INTO audit_nothing VALUES ('x')",
    "another layout": "INSERT INTO audit_sealedlayout VALUES ('x', 'x', 'x')",
    "a trigger switched off": "ALTER TABLE contacts_team DISABLE TRIGGER ALL",
    "a trigger dropped": "DROP TRIGGER ledger_contacts_team_changed ON contacts_team",
    "a function replaced": 'DROP FUNCTION "ledger_contacts_team_changed"() CASCADE',
    "all triggers switched off": "SET session_replication_role = replica",
}


@pytest.mark.postgresql
@pytest.mark.parametrize("what", FORBIDDEN)
def test_it_is_denied(what, as_application):
    with pytest.raises(ProgrammingError, match="permission denied|must be owner"), transaction.atomic():
        run(FORBIDDEN[what])


@pytest.mark.postgresql
def test_nothing_that_is_written_once_can_be_changed_with_it(as_application):
    tables = [table.table for table in sealed_tables()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = %s AND table_name = ANY(%s)",
            [ROLE, tables],
        )

        assert sorted(cursor.fetchall()) == [(name, may) for name in sorted(tables) for may in ("INSERT", "SELECT")]


@pytest.mark.postgresql
def test_the_command_prints_what_the_owner_runs(db, capsys):
    call_command("database_role", ROLE)

    assert capsys.readouterr().out.rstrip().split("\n") == [f"{statement};" for statement in grants(ROLE)]


def test_sqlite_has_no_roles(db):
    if connection.vendor == "sqlite":
        with pytest.raises(CommandError, match="SQLite has no roles"):
            call_command("database_role", ROLE)
