"""Takes a value that got in anyway out of the register and out of its history; two people do it together."""

from __future__ import annotations

import getpass
import sys
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError, CommandParser

from audit.commands import ActingCommand, actor_named
from audit.ledger.redacting import Place, places_of, redact, wipe_what_was_removed
from audit.models import User


class Command(ActingCommand):
    """Asks both for their passwords and for the text, which is never a part of the command line."""

    help = "Remove a text from live rows and all history; leaves a sealed record of where, who and why."
    reason: ClassVar[str] = "A value that got in was taken out of the register and its history"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --with and --dry-run."""
        super().add_arguments(parser)
        parser.add_argument("--with", dest="second", metavar="USERNAME", help="The second person, of security too.")
        parser.add_argument("--dry-run", action="store_true", help="Say where it stands, and change nothing.")

    def handle(self, *args: Any, **options: Any) -> str | None:
        said = super().handle(*args, **options)
        if not options["dry_run"]:
            wipe_what_was_removed()
        return said

    def act(self, actor: User, **options: Any) -> str:
        if not options["second"]:
            raise CommandError("Two people of the security team do this: name the second with --with USERNAME.")
        second = actor_named(options["second"])
        for person in (actor, second):
            if not person.check_password(_asked(f"Password of {person.username}: ")):
                raise CommandError(f"This is not the password of {person.username}.")
        text = _asked("The text to remove (it is not shown): ")
        if text and text in options["reason"]:
            raise ValidationError("The reason holds the text itself. Say why without it.")
        try:
            places = places_of(text) if options["dry_run"] else redact(text=text, by=actor, second=second)
        except PermissionDenied as error:
            raise CommandError(str(error)) from None
        return _told(places, removed=not options["dry_run"])


def _asked(words: str) -> str:
    """Return what is typed without showing it, or the next line of what is piped in."""
    return getpass.getpass(words) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _told(places: list[Place], *, removed: bool) -> str:
    lines = [f"{place.table} {place.row_key}, {place.column}" for place in places]
    done = "Removed from" if removed else "Stands in"
    return "\n".join([f"{done} {len(places)} places.", *lines])
