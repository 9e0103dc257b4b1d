"""Lets transactions that must not run side by side follow each other."""

from __future__ import annotations

from django.db import connection

# What is done one at a time, each with a number of its own among the locks of the database.
DEPENDENCIES, PLANS, REMINDERS = 4_711_004, 4_711_005, 5_471_002


def wait_for_others(what: int) -> None:
    """Wait until every other transaction that began with `what` has ended, and have the next ones wait for this one.

    On SQLite writers wait at the beginning of their transaction anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [what])
