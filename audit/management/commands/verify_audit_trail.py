"""Looks for what was changed behind the register's back, row by row."""

from __future__ import annotations

import json
import re
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from audit.ledger.head import Head
from audit.ledger.verifying import Report, verify
from audit.ledger.verifying.findings import Finding
from audit.ledger.verifying.names import name_of
from audit.models import LedgerEntry

_HEAD = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


def kept_head(text: str) -> Head:
    """Return the head that `text` names; raises ArgumentTypeError where it names none."""
    found = _HEAD.fullmatch(text.strip().lower())
    if found is None:
        raise ArgumentTypeError("write it as it was printed: the number of an entry, a colon and 64 characters")
    return Head(int(found[1]), found[2])


class Command(BaseCommand):
    """Prints each finding by row, and exits with 1 where there is any. Writes nothing."""

    help = "Verify the chain, the rows it seals, the live rows and the triggers; exits with 1 where something is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --expect and --json."""
        text = "A head that was kept elsewhere, such as 1042:9f3c…: it must still be in the chain. May be repeated."
        parser.add_argument("--expect", metavar="SEQ:HASH", type=kept_head, action="append", default=[], help=text)
        parser.add_argument("--json", action="store_true", help="Print one object of JSON instead of words.")

    def handle(self, *args: Any, **options: Any) -> None:
        total = LedgerEntry.objects.count()
        with tqdm(total=total, unit=" entries", disable=None, leave=False) as bar:
            report = verify(expected=options["expect"], progress=bar.update)
        self.stdout.write(json.dumps(_as_data(report)) if options["json"] else "\n".join(_in_words(report)))
        if not report.holds:
            raise CommandError(f"The audit trail does not hold: {len(report.findings)} findings.", returncode=1)


def _in_words(report: Report) -> list[str]:
    lines = [f"{finding.kind}: {finding.words}{_named(finding)}" for finding in (*report.findings, *report.notices)]
    if report.holds:
        lines.append(f"{report.entries} entries verified: nothing was changed behind the register's back.")
    return [*lines, f"Head, to be kept elsewhere: {report.head}" if report.head else "Nothing was ever sealed."]


def _named(finding: Finding) -> str:
    name = name_of(finding)
    return f" ({name})" if name else ""


def _as_data(report: Report) -> dict[str, object]:
    return {
        "holds": report.holds,
        "entries": report.entries,
        "head": str(report.head) if report.head else None,
        "findings": [_finding(finding) for finding in report.findings],
        "notices": [_finding(finding) for finding in report.notices],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind,
        "words": finding.words,
        "table": finding.table or None,
        "row": finding.row_key,
        "name": name_of(finding) or None,
        "columns": finding.columns,
        "entry": finding.seq,
    }
