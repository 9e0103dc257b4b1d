"""Writes secrets as comma-separated values that a spreadsheet cannot be made to run; no phone numbers, no values."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date

from inventory.models import Secret

COLUMNS = (
    *("name", "type", "owner", "owner_slack", "backup_owner", "backup_owner_slack", "team", "status", "standing"),
    *("last_rotated_on", "next_rotation_on", "rotation_interval_days", "interval_reason", "waived_until"),
    *("waived_reason", "purpose", "opens", "store_path", "provider_url", "runbook_url"),
)
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MADE_HARMLESS = (*STARTS_FORMULA, "'")


def lines(secrets: Iterable[Secret], *, today: date, closing: str) -> Iterator[str]:
    """Return the lines of the file: the columns, a line for each secret, and `closing` behind a number sign.

    `secrets` come with their people, types and teams.
    """
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for secret in secrets:
        yield writer.writerow([harmless(cell) for cell in _cells(secret, today)])
    yield writer.writerow([f"# {closing}"])


def harmless(cell: str) -> str:
    """Return `cell` with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(_MADE_HARMLESS) else cell


def as_written(cell: str) -> str:
    """Return what `harmless` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_MADE_HARMLESS) else cell


def _cells(secret: Secret, today: date) -> Iterable[str]:
    owner, backup_owner, team = secret.owner, secret.backup_owner, secret.team
    return (
        str(secret),
        secret.type.name if secret.type else "",
        owner.name if owner else "",
        owner.slack_handle if owner else "",
        backup_owner.name if backup_owner else "",
        backup_owner.slack_handle if backup_owner else "",
        team.name if team else "",
        secret.status,
        secret.standing(today) or "",
        *(str(getattr(secret, name) or "") for name in COLUMNS[COLUMNS.index("last_rotated_on") :]),
    )


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text
