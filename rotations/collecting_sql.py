"""The one statement that writes down who is told of which secrets, whatever their number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import F, QuerySet

from inventory.models import Secret
from rotations.models import ReminderGap

Rows = Iterable[Mapping[str, object]]

# Lists that come along with the statement as JSON, and the types of their columns in PostgreSQL.
COLUMNS: dict[str, dict[str, str]] = {
    "places": {
        "ladder": "integer",
        "path": "integer",
        "kind": "bigint",
        "environment": "text",
        "owner": "bigint",
        "backup": "bigint",
        "team": "bigint",
    },
    "bands": {"ladder": "integer", "days": "integer", "steps": "integer", "first_due": "date", "last_due": "date"},
    "told": {
        "path": "integer",
        "steps": "integer",
        "person": "bigint",
        "channel": "text",
        "message": "bigint",
        "reason": "text",
    },
}
# Where each clock's due dates stand, and of which secrets they count.
SECRETS = ("inventory_secret s", "s.next_rotation_on")
GAPS = ("rotations_remindergap gap JOIN inventory_secret s ON s.id = gap.secret_id AND gap.clock = %s", "gap.since")
NOT_WAIVED = "(s.status = 'compromised' OR s.waived_until IS NULL OR s.waived_until < %s)"
# CROSS JOIN keeps SQLite to this order: each secret once, and its place by an index. PostgreSQL finds an order itself.
MATCHED = """
    FROM {source} CROSS JOIN places CROSS JOIN bands CROSS JOIN told
    WHERE places.environment = s.environment_id AND places.kind = COALESCE(s.type_id, 0)
    AND places.owner = COALESCE(s.owner_id, 0) AND places.backup = COALESCE(s.backup_owner_id, 0)
    AND places.team = COALESCE(s.team_id, 0)
    AND bands.ladder = places.ladder AND {due} BETWEEN bands.first_due AND bands.last_due
    AND told.path = places.path AND told.steps = bands.steps
    AND s.status <> 'retired' AND {not_waived}
"""
NOT_QUIET = """
    AND NOT EXISTS (SELECT 1 FROM rotations_acknowledgement quiet
        WHERE quiet.secret_id = s.id AND quiet.person_id = told.person AND quiet.until_on >= %s
        AND (quiet.due_on = s.next_rotation_on OR (quiet.due_on IS NULL AND s.next_rotation_on IS NULL)))
"""
# At the beginning, before the lists: only so does SQLite tell how many rows it wrote.
INSERT = """
    INSERT INTO rotations_reminder (clock, secret_id, due_on, days, person_id, channel, message_id, reason)
"""
CHOOSE = """
    SELECT %s, s.id, {due}, bands.days, told.person, told.channel, told.message, told.reason
"""


@dataclass(frozen=True, slots=True)
class Lists:
    """What the ladder says for today, as rows: of which secrets, on which due dates, and who is told."""

    places: Rows
    bands: Rows
    told: Rows


def insert(lists: Lists, *, clock: str, today: date) -> int:
    """Write down the reminders of `clock` that nobody was told of, and return how many they are; one statement."""
    source, due = _source(clock)
    chosen = CHOOSE.format(due=due)
    matched = MATCHED.format(source=source, due=due, not_waived=NOT_WAIVED)
    values: list[Any] = [clock, *([] if clock == "due" else [clock]), today, today]
    with _joining() as cursor:
        cursor.execute(
            f"{INSERT}{_lists(COLUMNS)}{chosen}{matched}{NOT_QUIET} ON CONFLICT DO NOTHING", [*_json(lists), *values]
        )
        return int(cursor.rowcount)


def count(lists: Lists, *, clock: str, today: date) -> int:
    """Return of how many secrets the lists speak; `told` names paths and steps only."""
    source, due = _source(clock)
    matched = MATCHED.format(source=source, due=due, not_waived=NOT_WAIVED)
    values: list[Any] = [*([] if clock == "due" else [clock]), today]
    with _joining() as cursor:
        cursor.execute(f"{_lists(COLUMNS)} SELECT COUNT(DISTINCT s.id) {matched}", [*_json(lists), *values])
        return int(cursor.fetchone()[0])


def begin_gaps(secrets: QuerySet[Secret], *, clock: str, since: date) -> None:
    """Write down that these secrets have a gap since a day, where it is not known yet; one statement."""
    chosen, values = secrets.order_by().values(secret_id=F("pk")).query.get_compiler(connection=connection).as_sql()
    table = ReminderGap._meta.db_table
    statement = (
        f"INSERT INTO {table} (secret_id, clock, since) SELECT found.secret_id, %s, %s FROM ({chosen}) found WHERE true"  # noqa: S608
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ON CONFLICT DO NOTHING", [clock, since, *values])


@contextmanager
def _joining() -> Iterator[CursorWrapper]:
    """Let PostgreSQL join by hashes: it takes lists that come along for short ones, to be gone through again."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL jit = off")
        yield cursor
        if connection.vendor == "postgresql":
            cursor.execute("RESET enable_nestloop; RESET jit")


def _source(clock: str) -> tuple[str, str]:
    return SECRETS if clock == "due" else GAPS


def _json(lists: Lists) -> list[str]:
    return [json.dumps(list(rows), default=str) for rows in (lists.places, lists.bands, lists.told)]


def _lists(columns: Mapping[str, Mapping[str, str]]) -> str:
    """Return the beginning of a statement with lists that come along as JSON, one parameter each."""
    return "WITH " + ", ".join(f"{name} AS MATERIALIZED ({_rows(types)})" for name, types in columns.items())


def _rows(types: Mapping[str, str]) -> str:
    if connection.vendor == "postgresql":
        typed = ", ".join(f"{name} {kind}" for name, kind in types.items())
        return f"SELECT * FROM jsonb_to_recordset(%s::jsonb) AS listed({typed})"  # noqa: S608
    taken = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in types)
    return f"SELECT {taken} FROM json_each(%s)"  # noqa: S608
