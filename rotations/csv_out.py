"""Writes what was done in one rotation as comma-separated values: evidence of it, of every secret and every step."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone

from audit.models import ChangeSet, User
from inventory.csv_out import harmless
from rotations.models import Rotation, RotationItem, RotationTask

COLUMNS = (
    *("what", "name", "outcome", "on", "by", "recorded_at", "evidence", "note"),
    *("verified_on", "verified_by", "verified_at", "old_value", "old_revoked_on", "old_revoked_by", "old_revoked_at"),
    "due_on",
)
Times = Mapping[str, Mapping[int, datetime]]


def table_of(
    rotation: Rotation,
    items: Sequence[RotationItem],
    tasks: Sequence[RotationTask],
    *,
    end: ChangeSet | None,
    marked_at: Times,
    closing: str,
) -> str:
    """Return the table: what is known of the rotation, a line for each secret and each step, and `closing` behind a #.

    The rows come with the accounts they name. `end` is the act that completed or cancelled it, None while it is open;
    `marked_at` says when marks were set, by field and item.
    """
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, restval="")
    writer.writeheader()
    facts = ({"what": "rotation", "name": name, **told} for name, told in _facts(rotation, items, end))
    for row in [*facts, *(_of_item(item, marked_at) for item in items), *(_of_task(task, items) for task in tasks)]:
        writer.writerow({name: harmless(cell) for name, cell in row.items()})
    csv.writer(file).writerow([f"# {closing}"])
    return file.getvalue()


def _facts(
    rotation: Rotation, items: Sequence[RotationItem], end: ChangeSet | None
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what is known of the rotation as a whole."""
    yield "state", {"outcome": rotation.get_state_display()} | (_act(end) if not rotation.is_open else {})
    yield "title", {"outcome": str(rotation)}
    yield "kind", {"outcome": rotation.get_kind_display()}
    yield "cause", {"outcome": rotation.get_cause_display()}
    yield "led by", {"outcome": str(rotation.owner or "")}
    yield "planned for", {"on": _day(rotation.planned_on)}
    yield "completed on", {"on": _day(rotation.completed_on)}
    yield "why it was made", {"note": rotation.reason}
    alive = sum(_is_alive(item) for item in items)
    yield "old values that still work", {"outcome": str(alive), "note": rotation.old_alive_reason}


def _act(act: ChangeSet | None) -> dict[str, str]:
    return {"by": act.actor_name or "the system", "recorded_at": _instant(act.at), "note": act.reason} if act else {}


def _of_item(item: RotationItem, marked_at: Times) -> dict[str, str]:
    is_rotated = item.outcome == RotationItem.Outcome.ROTATED
    return {
        "what": "secret",
        "name": str(item.secret),
        "outcome": item.outcome,
        "on": _day(item.rotated_on),
        "by": _name(item.recorded_by),
        "recorded_at": _instant(item.recorded_at),
        "evidence": item.evidence,
        "note": item.note,
        "verified_on": _day(item.verified_on),
        "verified_by": _name(item.verified_by),
        "verified_at": _instant(marked_at["verified_on"].get(item.pk)),
        "old_value": ("still works" if _is_alive(item) else "revoked") if is_rotated else "",
        "old_revoked_on": _day(item.old_revoked_on),
        "old_revoked_by": _name(item.old_revoked_by),
        "old_revoked_at": _instant(marked_at["old_revoked_on"].get(item.pk)),
    }


def _of_task(task: RotationTask, items: Sequence[RotationItem]) -> dict[str, str]:
    done = [item for item in items if item.outcome == RotationItem.Outcome.ROTATED]
    outcome = "done" if task.is_done else "open"
    if task.kind == RotationTask.Kind.ROTATE:
        outcome = f"{len(done)} of {len(items)}"
    elif task.kind == RotationTask.Kind.VERIFY:
        outcome = f"{sum(item.verified_on is not None for item in done)} of {len(done)}"
    told = {"what": task.kind, "name": task.words, "outcome": outcome, "by": _name(task.done_by)}
    return told | {"recorded_at": _instant(task.done_at), "due_on": _day(task.due_on)}


def _is_alive(item: RotationItem) -> bool:
    return item.outcome == RotationItem.Outcome.ROTATED and item.old_revoked_on is None


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _instant(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at is not None else ""


def _name(user: User | None) -> str:
    return user.name if user is not None else ""
