"""Looks through everything that is stored for texts that look like values; reads only, and repeats none of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from audit.relative_dates import counted
from audit.scanning import Finding, findings, places, rows_in


class Command(BaseCommand):
    """Tell table, row, field and rule; what security let stay is told apart and is no failure."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Write one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell what is found while reading; exit with 1 where anything was found that nobody let stay."""
        found = self._told_as_json() if options["json"] else self._told_in_words()
        if found:
            raise CommandError(
                f"{counted(found, 'text')} that look like values. Treat each as leaked: rotate it, then"
                " take the text out of the register and its history. See docs/values.md."
            )

    def _told_in_words(self) -> int:
        number, allowed = 0, []
        for finding in _all():
            if finding.allowed:
                allowed.append(finding)
            else:
                number += 1
                self.stdout.write(_line(finding))
        if not number:
            self.stdout.write(
                "Nothing that is stored looks like a value." if not allowed else "Nothing else was found."
            )
        if allowed:
            self.stdout.write("\nLet stay by security, with a reason in the change log:")
        for finding in allowed:
            self.stdout.write(_line(finding))
        return number

    def _told_as_json(self) -> int:
        number, separator = 0, "\n"
        self.stdout.write('{"findings": [', ending="")
        for finding in _all():
            number += not finding.allowed
            self.stdout.write(separator + json.dumps(asdict(finding)), ending="")
            separator = ",\n"
        self.stdout.write(f'\n], "found": {number}}}')
        return number


def _all() -> Iterator[Finding]:
    known = places()
    with tqdm(total=sum(map(rows_in, known)), unit="row", disable=None, leave=False) as bar:
        for place in known:
            bar.set_description(place.table._meta.label_lower, refresh=False)
            yield from findings(place, tick=bar.update)


def _line(finding: Finding) -> str:
    name = f" “{finding.name}”" if finding.name else ""
    return f"{finding.table} {finding.key}{name}: {finding.field}, rule {finding.rule} ({finding.kind})"
