"""Writes the living document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.ledger.head import head
from documents.exporting import document


class Command(BaseCommand):
    """Writes the register as Markdown to a file, or to standard output without one."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, help="Where to. Without it: standard output.")

    def handle(self, *args: Any, **options: Any) -> None:
        text, path = document(), options["path"]
        self.stderr.write(f"Head of the ledger: {head()}")
        if path is None:
            self.stdout.write(text, ending="")
            return
        try:
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
