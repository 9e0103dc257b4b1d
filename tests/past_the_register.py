"""Writes as somebody does who goes past the register: with its triggers switched off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from audit.ledger import triggers


@contextmanager
def past_the_register() -> Iterator[None]:
    """Switch the triggers off within the block; on PostgreSQL keys that lead nowhere are let through as well."""
    if connection.vendor == "sqlite":
        triggers.remove(connection)
        yield
        triggers.install(connection)
        return
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")


def write_past_the_register(sql: str, values: object = ()) -> None:
    """Run one statement that leaves no history."""
    with past_the_register(), connection.cursor() as cursor:
        cursor.execute(sql, values)
