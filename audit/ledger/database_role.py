"""Knows which rights the running application needs in PostgreSQL: not those of the tables' owner."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from audit.ledger.tables import LEDGER, UNRECORDED, UNSEALED, sealed_tables


def grants(role: str) -> Iterator[str]:
    """Yield the statements that give `role` what the application needs, and take everything else away.

    To be run by the owner of the tables after every migration. The role can add to what is written once and never
    change it; it can switch no trigger off, because the tables are not its own.
    """
    name, schema = connection.ops.quote_name(role), "public"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {name}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {name}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {name}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}"
    written_once = ", ".join([*(table.table for table in sealed_tables()), LEDGER[0]])
    yield f"REVOKE UPDATE, DELETE ON {written_once} FROM {name}"
    # Triggers fill what waits, with their owner's rights; the application takes away only what it has sealed.
    yield f"REVOKE INSERT, UPDATE ON {UNSEALED} FROM {name}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON {UNRECORDED}, audit_nothing, {LEDGER[1]}, django_migrations FROM {name}"
