"""Gives a new register its first reminders, from the settings; from then on they are rows that people change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection

from audit.acts import acting
from audit.models import ChangeSet
from rotations.models import ReminderOffset

_KINDS = (
    (ReminderOffset.Kind.PLANNING, "Planning"),
    (ReminderOffset.Kind.PREPARATION, "Final preparation"),
    (ReminderOffset.Kind.CLEAN_UP, "Clean-up"),
)


def set_first_reminders(**kwargs: Any) -> None:
    """Write the reminders that the settings name, unless there were ever any (a receiver of `post_migrate`)."""
    if is_under_way(ReminderOffset.history.model, **kwargs) or ReminderOffset.history.exists():
        return
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="First reminders, from the settings"):
        for position, ((kind, label), days) in enumerate(zip(_KINDS, settings.REMINDER_DAYS, strict=True)):
            ReminderOffset.objects.create(kind=kind, days_before=days, label=label, position=position)


def is_under_way(model: Any, *, plan: Sequence[tuple[object, bool]] = (), **kwargs: Any) -> bool:
    """Return whether the tables are on their way back, or that of `model` is still to come."""
    backwards = any(is_backwards for _, is_backwards in plan)
    return backwards or model._meta.db_table not in connection.introspection.table_names()
