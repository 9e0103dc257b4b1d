"""Gives a new register the steps of its checklists; from then on they are rows that people change."""

from __future__ import annotations

from typing import Any

from audit.acts import acting
from audit.models import ChangeSet
from rotations.first_reminders import is_under_way
from rotations.models import ChecklistStep

# What the document's calendar event says is to be done.
STEPS = (
    "Go through the list of secrets: is it complete, and does each have an owner?",
    "Rotate each secret by its runbook, and record it",
    "Bring the documentation up to date",
    "Verify that every service works with its new value",
)


def set_first_steps(**kwargs: Any) -> None:
    """Write the steps of every type, unless there were ever any (a receiver of `post_migrate`)."""
    if is_under_way(ChecklistStep.history.model, **kwargs) or ChecklistStep.history.exists():
        return
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="First checklist"):
        ChecklistStep.objects.bulk_create(
            [ChecklistStep(words=words, position=position) for position, words in enumerate(STEPS)]
        )
