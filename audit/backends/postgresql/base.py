"""Django's PostgreSQL, which says in words why the ledger refused a commit."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from django.db.utils import IntegrityError

from audit.backends.committing import CommittingMixin

WAITING = ("audit_unrecorded", "audit_unsealed")


class DatabaseWrapper(CommittingMixin, base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    def refusal(self, error: IntegrityError) -> str:
        """Return the words that the triggers wrote into the key that is not there."""
        cause: Any = error.__cause__
        found = getattr(cause, "diag", None)
        if found is None or found.table_name not in WAITING:
            return ""
        # «Key (awaits_id)=(inventory_secret 5: …) is not present in table "audit_nothing".»
        return str(found.message_detail).partition("=(")[2].rpartition(") is not")[0]
