"""Gives a new register its first ladder of reminders; from then on its rungs are rows that people change."""

from __future__ import annotations

from typing import Any

from audit.acts import acting
from audit.models import ChangeSet
from rotations.first_reminders import is_under_way
from rotations.models import ReminderRung

Clock = ReminderRung.Clock
# Counted from, days after, label, steps of the escalation path, and after how many days again.
RUNGS: tuple[tuple[str, int, str, int, int | None], ...] = (
    (Clock.DUE, -30, "A month before", 1, None),
    (Clock.DUE, -7, "A week before", 1, None),
    (Clock.DUE, 0, "On the day", 2, None),
    (Clock.DUE, 1, "A day after", 3, None),
    (Clock.DUE, 7, "A week after, then weekly", 4, 7),
    (Clock.CLEAN_UP, 0, "On the last day", 1, None),
    (Clock.CLEAN_UP, 1, "A day after, then weekly", 3, 7),
    (Clock.NO_DATE, 0, "At once", 1, None),
    (Clock.NO_DATE, 7, "A week after, then weekly", 2, 7),
    (Clock.NO_OWNER, 0, "At once", 1, None),
    (Clock.NO_OWNER, 7, "A week after, then weekly", 3, 7),
)


def set_first_rungs(**kwargs: Any) -> None:
    """Write the ladder of every type, unless there was ever any (a receiver of `post_migrate`)."""
    if is_under_way(ReminderRung.history.model, **kwargs) or ReminderRung.history.exists():
        return
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="First ladder of reminders"):
        ReminderRung.objects.bulk_create(
            [
                ReminderRung(clock=clock, days=days, label=label, steps=steps, repeat_days=again)
                for clock, days, label, steps, again in RUNGS
            ]
        )
