"""Makes an evidence pack: the register at the end of a day, and what happened in a period."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from audit.commands import ActingCommand
from audit.models import User
from documents.evidence.recording import make_pack
from documents.evidence.wish import Wish, quarter_of
from documents.models import EvidencePack
from documents.policies import may_make_evidence
from inventory.filters import day_of
from inventory.models import Environment


class Command(ActingCommand):
    """Writes a pack to a file, and records who made it; nothing of the register changes."""

    help = __doc__ or ""
    reason = "Evidence asked for"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--as-of", required=True, metavar="DAY", help="The register at the end of this day.")
        parser.add_argument("--from", dest="first_on", metavar="DAY", help="The first day of the period.")
        parser.add_argument("--to", dest="last_on", metavar="DAY", help="Its last day. Without it: the day of --as-of.")
        parser.add_argument("--environment", default="", metavar="CODE", help="Only its secrets, such as prod.")
        parser.add_argument("--with-phones", action="store_true", help="Phone numbers too.")
        parser.add_argument("--output", type=Path, metavar="FILE", help="Where to. Without it: its own name, here.")

    def may(self, actor: User) -> bool:
        return may_make_evidence(actor)

    def act(self, actor: User, **options: Any) -> str | None:
        """Make the pack, write it, and say what it covers."""
        now = timezone.now()
        wish = _wish(options, today=timezone.localdate(now))
        pack, _ = make_pack(wish, by=actor, at=now, through=EvidencePack.Through.COMMAND, reason=options["reason"])
        path: Path = options["output"] or Path(pack.file_name)
        try:
            path.write_bytes(pack.data)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
        counts = [f"{name}: {told['covers']}, {told['lines']} lines" for name, told in pack.counts.items()]
        return "\n".join([str(path), *counts, f"SHA-256: {pack.sha256}"])


def _wish(options: dict[str, Any], *, today: date) -> Wish:
    as_of = _day(options, "as_of", today)
    last_on = _day(options, "last_on", today) if options["last_on"] else as_of
    first_on = _day(options, "first_on", today) if options["first_on"] else quarter_of(last_on)[0]
    code = options["environment"]
    if code and not Environment.objects.filter(code=code).exists():
        raise CommandError(f"There is no environment {code}. Name one that exists with --environment.")
    return Wish(as_of, first_on, last_on, code, options["with_phones"])


def _day(options: dict[str, Any], name: str, today: date) -> date:
    option = {"as_of": "--as-of", "first_on": "--from", "last_on": "--to"}[name]
    try:
        return day_of(options[name], today=today)
    except ValidationError as error:
        raise CommandError(f"{option}: {' '.join(error.messages)}") from None
