"""Imports a document into the register, or says what that would do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from audit.change_sets import ChangeSet
from audit.commands import ActingCommand
from audit.models import User
from documents.importing.plan import carry_out, plan
from documents.importing.report import lines_of
from documents.policies import may_import


class Command(ActingCommand):
    """Reads a Markdown document; imports all of it or nothing, in one change set."""

    help = __doc__ or ""
    source = ChangeSet.Source.IMPORT
    reason = "Import of a document"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("path", type=Path, help="The document, a Markdown file in UTF-8.")
        parser.add_argument("--dry-run", action="store_true", help="Only say what would change.")
        parser.add_argument("--leave-out-problems", action="store_true", help="Import without the rows with problems.")

    def may(self, actor: User) -> bool:
        return may_import(actor)

    def act(self, actor: User, **options: Any) -> str | None:
        """Plan, tell, and carry out unless it is a dry run."""
        planned = plan(_text_in(options["path"]), by=actor, at=timezone.now(), today=timezone.localdate(), lock=True)
        for line in lines_of(planned):
            self.stdout.write(line)
        if options["dry_run"]:
            return "Nothing was written: this was a dry run."
        if planned.problems and not options["leave_out_problems"]:
            raise CommandError(
                "Nothing was imported. Mend the problems, or add --leave-out-problems to import without their rows."
            )
        carry_out(planned, leave_out_problems=options["leave_out_problems"])
        return "The register says all of this already." if planned.is_empty else "Imported."


def _text_in(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path} is no text in UTF-8. Save it as UTF-8.") from None
