"""What the address for machines answers, and to whom."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from audit.ledger import triggers
from config import views


@pytest.fixture(autouse=True)
def not_looked_at_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_migrated", False)


def test_a_healthy_register_says_so_to_everybody(client: Client, db: None) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "migrations": "ok", "ledger": "ok"}
    assert "no-store" in answer["Cache-Control"]


def test_a_register_whose_tables_are_behind_says_so(client: Client, db: None) -> None:
    MigrationRecorder(connection).migration_qs.filter(app="rotations").delete()

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "ok", "migrations": "pending"}


def test_a_register_without_its_database_says_so(client: Client, settings: Any, db: None) -> None:
    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        return execute("SELECT * FROM a_table_that_is_not_there", *rest)

    with connection.execute_wrapper(refuse):
        answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "unreachable"}


def test_a_register_whose_ledger_lost_a_trigger_says_so(client: Client, db: None) -> None:
    triggers.remove(connection)

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "ok", "migrations": "ok", "ledger": "unguarded"}


def test_a_healthy_register_costs_two_queries(client: Client, db: None, django_assert_num_queries: Any) -> None:
    client.get("/healthz")

    with django_assert_num_queries(2):
        client.get("/healthz")


def test_nothing_can_be_sent_there(client: Client, db: None) -> None:
    assert client.post("/healthz").status_code == 405
