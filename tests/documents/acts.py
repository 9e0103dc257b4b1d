"""Imports for tests: a document given as text, in an act of its own."""

from datetime import UTC, datetime

from audit.acts import acting
from audit.models import ChangeRow, ChangeSet
from documents.importing.plan import carry_out, plan
from tests.factories import TODAY

ROW = "`prod/stripe/key` | Ada Byron | @ada | API Key | 2026-05-04 | 2026-08-02 | Active"
TYPES = "\n## Secret Types\n\n### API Keys\n- **Rotation**: Every 90 days\n"
NOW = datetime(2026, 7, 14, 12, 0, tzinfo=UTC)


def planned(text, *, by=None):
    return plan(text, by=by, at=NOW, today=TODAY)


def imported(text, *, by=None, leave_out_problems=False):
    with acting(actor=by, source=ChangeSet.Source.SYSTEM, reason="Import for a test"):
        made = planned(text, by=by)
        carry_out(made, leave_out_problems=leave_out_problems)
    return made


def rows_written():
    return ChangeRow.objects.count()


def table(*rows, heading="Secret Name | Owner | Slack | Type | Last Rotation | Next Rotation | Status"):
    """A document with one inventory table, each row as its cells between pipes; the first row is in line 7."""
    marks = "|".join("---" for _ in heading.split("|"))
    lines = [
        "# Secrets",
        "",
        "### Production Secrets",
        "",
        f"| {heading} |",
        f"|{marks}|",
        *(f"| {row} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def row(**changes):
    cells = {
        "name": "prod/stripe/key",
        "owner": "[TBD]",
        "slack": "@[TBD]",
        "type": "[TBD]",
        "last": "[TBD]",
        "next": "[TBD]",
        "status": "[TBD]",
    }
    return " | ".join((cells | changes).values())


def rotations(*rows, heading="Rotation History"):
    if heading == "Rotation History":
        head = "| Date | Environment | Owner | Secrets Rotated | Status | Notes |\n|---|---|---|---|---|---|"
    else:
        head = "| Date | Environment | Secrets | Owner | Status |\n|---|---|---|---|---|"
    return f"\n## {heading}\n\n{head}\n" + "".join(f"| {one} |\n" for one in rows)
