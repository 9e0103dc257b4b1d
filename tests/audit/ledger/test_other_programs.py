"""Programs that are not the register write nothing that is tracked, and are told why."""

from __future__ import annotations

import os
import sqlite3
import subprocess

import pytest
from django.db import connection

from audit.ledger.verifying import verify
from contacts.models import Team
from tests.factories import make_team
from tests.postgres import programs

pytestmark = pytest.mark.django_db(transaction=True)


def psql(statement: str) -> subprocess.CompletedProcess[str]:
    program = programs() / "psql"
    wanted = connection.get_connection_params()
    names = {"dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT"}
    environment = os.environ | {name: str(wanted[key]) for key, name in names.items() if wanted.get(key)}
    command = [program, "--no-psqlrc", "-c", statement]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.postgresql
def test_psql_is_refused_at_the_commit_in_words():
    team = make_team(name="Platform team")

    done = psql("UPDATE contacts_team SET name = 'Other'")

    assert done.returncode == 1
    assert f"(contacts_team {team.pk} changed without its history. Write it with save()" in done.stderr
    assert Team.objects.get().name == "Platform team"


@pytest.mark.postgresql
def test_psql_cannot_write_history_of_its_own():
    make_team(name="Platform team")
    columns = [field.column for field in Team.history.model._meta.concrete_fields if not field.primary_key]
    told = ", ".join({"name": "'Other'", "history_type": "'~'"}.get(column, column) for column in columns)

    done = psql(
        "BEGIN; UPDATE contacts_team SET name = 'Other'; INSERT INTO contacts_historicalteam"
        f" ({', '.join(columns)}) SELECT {told} FROM contacts_historicalteam; COMMIT"
    )

    assert "is not sealed: only the register itself can add to its history" in done.stderr
    assert Team.objects.get().name == "Platform team"


def test_a_program_that_opens_the_file_of_sqlite_can_read_and_not_write():
    if connection.vendor != "sqlite":
        return
    make_team(name="Platform team")
    connection.close_if_unusable_or_obsolete()
    other = sqlite3.connect(connection.get_connection_params()["database"], uri=True)

    with pytest.raises(sqlite3.OperationalError, match="no such function: audit_transaction_is_open"):
        other.execute("UPDATE contacts_team SET name = 'Other'")

    assert other.execute("SELECT name FROM contacts_team").fetchall() == [("Platform team",)]
    other.close()
    assert verify().findings == []
