"""Django's SQLite, for which triggers ask whether a transaction is open: a change of its own could leave no history."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import IntegrityError

from audit.backends.committing import CommittingMixin

# The triggers call it, so that a program which does not know it cannot write tracked rows by accident.
OPEN = "audit_transaction_is_open"
MOST_TOLD = 5


class DatabaseWrapper(CommittingMixin, base.DatabaseWrapper):
    """A connection to SQLite."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return Django's connection, with the function that the triggers call."""
        connection = super().get_new_connection(conn_params)
        connection.create_function(OPEN, 0, lambda: int(connection.in_transaction))
        # What a REPLACE takes away is told to the triggers too.
        connection.execute("PRAGMA recursive_triggers = ON")
        return connection

    def refusal(self, error: IntegrityError) -> str:
        """Return what waits in vain: SQLite itself says no more than that a foreign key failed."""
        with self.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE name = 'audit_unsealed'")
            if cursor.fetchone() is None:
                return ""
            cursor.execute("SELECT awaits_id FROM audit_unrecorded UNION SELECT awaits_id FROM audit_unsealed")
            return " ".join(row[0] for row in cursor.fetchmany(MOST_TOLD))
