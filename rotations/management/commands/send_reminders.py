"""Sends what is due of reminders and invitations. It may run as often, and as often at once, as anybody likes."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, close_old_connections, connection, transaction
from django.utils import timezone

from audit.relative_dates import counted
from contacts.delivery import Channel, channels_set_up
from rotations.collecting import collect
from rotations.digests import digest_of
from rotations.invitation_outbox import send_invitations
from rotations.ladders import ladders
from rotations.models import ReminderMessage
from rotations.outbox import Sent, send_waiting

log = logging.getLogger("rotations.reminders")
# How often a loop looks for messages to send, and how often it gathers anew.
LOOK_SECONDS, GATHER_SECONDS = 30, 15 * 60
# How often in a run the next on the path is told where somebody could not be.
MOST_ROUNDS = 5


class Command(BaseCommand):
    """Gather, send, and tell the next on the path where somebody could not be told."""

    help = __doc__ or ""
    stopped: Event

    def add_arguments(self, parser: CommandParser) -> None:
        """Add how often, and whether really."""
        parser.add_argument("--loop", action="store_true", help="Go on until stopped, from REMINDER_TIME on each day.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be sent, and send nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopped = Event()
        if options["dry_run"]:
            self._say_what_would_be_sent()
        elif options["loop"]:
            self._loop()
        else:
            self._tell(self._gather_and_send())

    def _gather_and_send(self) -> Sent:
        """Send what is due; the next on the path is told in the same run, unless they got their message before."""
        total = Sent()
        for _ in range(MOST_ROUNDS):
            now = timezone.now()
            collect(today=timezone.localdate(now), now=now)
            sent = self._send()
            total += sent
            if not sent.never or self.stopped.is_set():
                break
        return total

    def _send(self) -> Sent:
        """Send by all channels at once, so that a slow one holds back none."""
        total, channels = Sent(), channels_set_up()
        if len(channels) == 1:
            return self._send_by(channels[0])
        with ThreadPoolExecutor(max(len(channels), 1)) as threads:
            for sent in threads.map(partial(_and_close, self._send_by), channels):
                total += sent
        return total

    def _send_by(self, channel: str) -> Sent:
        chosen: Any = {"today": timezone.localdate(), "clock": timezone.now, "stop": self.stopped.is_set}
        sent = send_waiting(channel, **chosen)
        if channel == Channel.EMAIL:
            sent += send_invitations(**chosen)
        return sent

    def _loop(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopped.set())
        gathered: float | None = None  # on a clock that nobody sets
        while not self.stopped.is_set():
            now = monotonic()
            close_old_connections()
            try:
                is_time = timezone.localtime().time() >= settings.REMINDER_TIME
                if is_time and (gathered is None or now - gathered >= GATHER_SECONDS):
                    self._tell(self._gather_and_send())
                    gathered = now
                elif gathered is not None:
                    self._send()
            except Error:
                log.exception("The database did not answer; trying again.")
            except Exception:  # whatever is wrong with one message, tomorrow's are sent
                log.exception("Something went wrong; trying again.")
            self.stopped.wait(LOOK_SECONDS)

    def _tell(self, sent: Sent) -> None:
        words = (
            f"{counted(sent.delivered, 'message')} sent, {sent.later} to be tried again, {sent.never} undeliverable."
        )
        nothing = "" if channels_set_up() else " Nothing can be sent: set EMAIL_URL, SLACK_TOKEN or SLACK_WEBHOOKS."
        self.stdout.write(f"{words}{nothing}")

    def _say_what_would_be_sent(self) -> None:
        """Gather, say so, and take it back."""
        now = timezone.now()
        today = timezone.localdate(now)
        with transaction.atomic():
            found = collect(today=today, now=now)
            known = ladders()
            rows = ReminderMessage.objects.filter(state=ReminderMessage.State.WAITING).select_related("person")
            for message in rows.order_by("person__name", "channel", "pk"):
                self.stdout.write(f"{message.person}, by {message.get_channel_display()}:")
                for line in digest_of(message, known, today=today).lines:
                    self.stdout.write(f"  {line.name}. {line.due}. {line.reason} {line.late}".rstrip())
            transaction.set_rollback(True)
        self.stdout.write(
            f"{counted(found.made, 'new reminder')}; of {counted(found.nobody, 'thing')} nobody can be told."
        )


def _and_close(send: Callable[[str], Sent], channel: str) -> Sent:
    """Send in a thread of its own, and leave no connection behind."""
    try:
        return send(channel)
    finally:
        connection.close()
