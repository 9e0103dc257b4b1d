"""Tells calendars of clean-ups: the last day on which old values are to be revoked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from rotations.calendar import Entry
from rotations.calendar_window import CalendarWindow
from rotations.models import Rotation, RotationTask
from rotations.querysets import RotationQuerySet


@dataclass(frozen=True, slots=True)
class CleanUp:
    """A clean-up with a last day, how often it was written, and when last."""

    words: str
    due_on: date
    done_at: datetime | None
    changes: int
    changed_at: datetime


def clean_ups(rotations: RotationQuerySet) -> dict[int, CleanUp]:
    """Return the clean-ups that have a last day by the keys of their rotations; two queries."""
    chosen = {"rotation__in": rotations.values("pk"), "kind": RotationTask.Kind.CLEAN_UP}
    tasks = RotationTask.objects.filter(due_on__isnull=False, **chosen)
    rows: Iterable[Any] = tasks.values_list("rotation", "words", "due_on", "done_at")
    # By rotation: a clean-up that was taken out and put in again is the same entry, and goes on counting.
    history = RotationTask.history.filter(**chosen).order_by().values("rotation")
    counted = history.annotate(changes=Count("history_id"), at=Max("history_date"))
    told = {key: (changes, at) for key, changes, at in counted.values_list("rotation", "changes", "at")}
    return {key: CleanUp(words, due_on, done_at, *told[key]) for key, words, due_on, done_at in rows}


def clean_up_entry(window: CalendarWindow, rotation: Rotation, entry: Entry, clean_up: CleanUp) -> Entry:
    """Return the entry of a clean-up, made from that of its rotation, with which it is cancelled."""
    done = f" (done on {timezone.localdate(clean_up.done_at)})" if clean_up.done_at is not None else ""
    return replace(
        entry,
        uid=window.uid_of("clean_up", rotation.identity),
        kind="Clean-up",
        start=clean_up.due_on,
        end=clean_up.due_on + timedelta(days=1),
        summary=f"Clean-up{' done' if done else ''}: {entry.summary}",
        description=f"{clean_up.words}{done}\nThe rotation is on {rotation.on}.\n\n{entry.description}",
        attendees=(),
        sequence=entry.sequence + clean_up.changes - 1,
        revised_at=max(entry.revised_at, clean_up.changed_at),
    )
