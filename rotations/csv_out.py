"""Writes what was done in one rotation as comma-separated values: evidence of every secret and every step."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

from django.utils import timezone

from audit.models import User
from inventory.csv_out import harmless
from rotations.models import RotationItem, RotationTask

COLUMNS = (
    *("what", "name", "outcome", "on", "by", "recorded_at", "evidence", "note"),
    *("verified_on", "verified_by", "old_revoked_on", "old_revoked_by", "due_on"),
)


def table_of(items: list[RotationItem], tasks: list[RotationTask], *, closing: str) -> str:
    """Return the table: a line for each secret, one for each step, and `closing` behind a number sign.

    The rows come with the accounts they name.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in [*map(_of_item, items), *map(_of_task, tasks)]:
        writer.writerow([harmless(cell) for cell in row])
    writer.writerow([f"# {closing}"])
    return file.getvalue()


def _of_item(item: RotationItem) -> list[str]:
    return [
        "secret",
        str(item.secret),
        item.outcome,
        _day(item.rotated_on),
        _name(item.recorded_by),
        _instant(item.recorded_at),
        item.evidence,
        item.note,
        _day(item.verified_on),
        _name(item.verified_by),
        _day(item.old_revoked_on),
        _name(item.old_revoked_by),
        "",
    ]


def _of_task(task: RotationTask) -> list[str]:
    outcome = "" if task.kind in ("rotate", "verify") else "done" if task.is_done else "open"
    known = [task.kind, task.words, outcome, "", _name(task.done_by), _instant(task.done_at)]
    return [*known, *[""] * (len(COLUMNS) - len(known) - 1), _day(task.due_on)]


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _instant(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at is not None else ""


def _name(user: User | None) -> str:
    return user.name if user is not None else ""
