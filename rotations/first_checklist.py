"""Gives a new register the steps of its checklists; from then on they are rows that people change."""

from __future__ import annotations

from typing import Any

from audit.acts import acting
from audit.models import ChangeSet
from rotations.first_reminders import is_under_way
from rotations.models import ChecklistStep
from rotations.models.tasks import StepKind

# What the document's calendar event says is to be done.
STEPS = (
    (StepKind.STEP, "Go through the list of secrets: is it complete, and does each have an owner?"),
    (StepKind.ROTATE, "Rotate each secret by its runbook, and record it"),
    (StepKind.STEP, "Bring the documentation up to date"),
    (StepKind.VERIFY, "Verify that every service works with its new value"),
)


def set_first_checklist(**kwargs: Any) -> None:
    """Write the steps of every type, unless there were ever any (a receiver of `post_migrate`)."""
    if is_under_way(ChecklistStep.history.model, **kwargs) or ChecklistStep.history.exists():
        return
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="First checklist"):
        ChecklistStep.objects.bulk_create(
            [ChecklistStep(kind=kind, words=words, position=place) for place, (kind, words) in enumerate(STEPS)]
        )
