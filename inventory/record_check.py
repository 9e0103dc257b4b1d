"""Knows what the record of a secret should hold, and names what is missing with the field that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from inventory.models import Secret
from inventory.policy import Standing


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a good record holds; `field` is what to fill in, "rotation" where a rotation is to be recorded."""

    words: str
    holds: bool
    field: str = ""


def checks(secret: Secret, *, has_consumers: bool, today: date) -> list[Check]:
    """Return the checks of a secret in use, none for a retired one. Reads type, owner and backup owner."""
    if secret.is_retired:
        return []
    backup_owner = secret.backup_owner
    interval = secret.interval_days
    within = f"Rotated within {interval} days" if interval else "Rotated in time"
    late = (
        "Compromised and not marked as active again"
        if secret.is_compromised
        else f"Not {within[0].lower()}{within[1:]}"
    )
    on_time = secret.standing(today) in (Standing.ON_SCHEDULE, Standing.DUE_SOON, Standing.WAIVED)
    return [
        _check("Has an owner", "No owner", holds=not secret.needs_owner, field="owner"),
        _check(
            "Has a backup owner",
            "No backup owner",
            holds=backup_owner is not None and backup_owner.is_active,
            field="backup_owner",
        ),
        _check("Has a team", "No team", holds=secret.effective_team is not None, field="team"),
        _check("Has a type with an interval", "No rotation interval", holds=interval is not None, field="type"),
        _check(within, late, holds=on_time, field="rotation"),
        _check(
            "Says where the value is kept",
            "Nobody says where the value is kept",
            holds=bool(secret.store_path),
            field="store_path",
        ),
        _check("Has a runbook", "No runbook", holds=bool(secret.effective_runbook_url), field="runbook_url"),
        _check("Says what breaks without it", "No consumers named", holds=has_consumers, field="consumers"),
    ]


def _check(good: str, gap: str, *, holds: bool, field: str) -> Check:
    return Check(good if holds else gap, holds, field)
