"""Sends what is due of invitations to rotations. It may run as often, and as often at once, as anybody likes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from audit.relative_dates import counted
from rotations.invitation_outbox import send_invitations
from rotations.inviting import due, note_new


class Command(BaseCommand):
    """Send what is due; `send_reminders` does the same along the way."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Add whether really."""
        parser.add_argument("--dry-run", action="store_true", help="Say what would be sent, and send nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self._say_what_would_be_sent()
            return
        sent = send_invitations(today=timezone.localdate(), clock=timezone.now)
        words = (
            f"{counted(sent.delivered, 'invitation')} sent, {sent.later} to be tried again, {sent.never} undeliverable."
        )
        self.stdout.write(words if settings.SENDS_MAIL else f"{words} Nothing can be sent: set EMAIL_URL.")

    def _say_what_would_be_sent(self) -> None:
        """Note who is new, say so, and take it back."""
        now = timezone.now()
        today = timezone.localdate(now)
        with transaction.atomic():
            note_new(today=today, now=now)
            messages = due(today=today, now=now)
            for message in messages:
                self.stdout.write(f"{message.row.person}: {message.row.rotation}, {message.on}: {message.words}")
            transaction.set_rollback(True)
        self.stdout.write(f"{counted(len(messages), 'invitation')} to be sent.")
