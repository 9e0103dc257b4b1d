"""Writes a copy of the register to a file, and the end of the ledger beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit.backups import back_up


class Command(BaseCommand):
    """Reads only; whoever has a shell may run it."""

    help = "Write a copy of the database to FILE, and FILE.json with its checksum and the end of the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file."""
        parser.add_argument("file", type=Path, help="Where to; must not exist yet.")

    def handle(self, *args: Any, **options: Any) -> str:
        try:
            said = back_up(options["file"], at=timezone.now())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return f"Wrote {options['file']} and {said}. Keep {said.name} apart from the database too."
