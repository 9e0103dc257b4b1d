"""Sends the messages that wait, each by one sender at a time; what is known to be sent is never sent again.

A message is marked before it is sent and after. Who is killed in between leaves it marked as being sent: after ten
minutes it is sent again, says that it may have come before, and carries the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from contacts.delivery import Outcome, Way, channels_set_up, deliver, ways_to
from rotations.abandoned import take_up_abandoned
from rotations.digests import digest_of, message_of
from rotations.ladders import ladders
from rotations.models import ReminderMessage

State = ReminderMessage.State
# Who cannot be reached for so long is not: the next on the path is told.
GIVEN_UP = timedelta(hours=24)
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Sent:
    """How many messages were sent, are to be tried again, or cannot be delivered."""

    delivered: int = 0
    later: int = 0
    never: int = 0

    def __iadd__(self, other: Sent) -> Sent:
        self.delivered += other.delivered
        self.later += other.later
        self.never += other.never
        return self


def send_waiting(channel: str, *, today: date, clock: Clock, stop: Callable[[], bool] = lambda: False) -> Sent:
    """Send what waits for `channel` and is due, until nothing is left, the channel is down, or `stop` says so."""
    sent = Sent()
    take_up_abandoned(clock())
    while not stop():
        message = _claimed(channel, clock())
        if message is None:
            break
        outcome = _sent(message, today=today)
        if outcome is None:
            continue
        _settle(message, outcome, clock())
        setattr(sent, outcome.kind, getattr(sent, outcome.kind) + 1)
        if outcome.everybody:
            break
    return sent


def _claimed(channel: str, now: datetime) -> ReminderMessage | None:
    """Return a message that nobody else sends, marked as being sent."""
    with transaction.atomic():
        due = ReminderMessage.objects.filter(state=State.WAITING, channel=channel, next_attempt_at__lte=now)
        # What failed before comes last: it may be what fails again.
        found = due.order_by("attempts", "next_attempt_at", "pk").select_for_update(skip_locked=True, of=("self",))
        message = found.select_related("person__team").first()
        if message is not None:
            message.state, message.claimed_at, message.attempts = State.SENDING, now, message.attempts + 1
            message.save(update_fields=["state", "claimed_at", "attempts"])
        return message


def _sent(message: ReminderMessage, *, today: date) -> Outcome | None:
    """Send `message` and return what became of it; None where there was nothing left to tell."""
    digest = digest_of(message, ladders(), today=today)
    if not digest.lines:
        message.delete()
        return None
    message.count = len(digest.lines)
    way = next((way for way in ways_to(message.person) if way.channel == message.channel), None)
    if way is None:
        return Outcome.never(_no_way(message))
    message.address = way.address
    return deliver(message_of(digest, address=way.address), Way(message.channel, way.address))


def _no_way(message: ReminderMessage) -> str:
    if message.channel not in channels_set_up():
        return f"{message.get_channel_display()} is no longer set up."
    return "The address is gone, or they chose another way."


def _settle(message: ReminderMessage, outcome: Outcome, now: datetime) -> None:
    """Mark what became of a message; one that somebody else took up in the meantime is theirs."""
    values: dict[str, object] = {"address": message.address, "count": message.count, "error": outcome.reason[:200]}
    if outcome.kind == "delivered":
        values |= {"state": State.SENT, "sent_at": now, "error": ""}
    elif outcome.kind == "never" or (not outcome.everybody and now - message.made_at > GIVEN_UP):
        values |= {"state": State.UNDELIVERABLE}
    else:
        again = now + timedelta(seconds=outcome.seconds_to_wait(message.attempts))
        values |= {"state": State.WAITING, "next_attempt_at": again}
    mine = ReminderMessage.objects.filter(pk=message.pk, state=State.SENDING, claimed_at=message.claimed_at)
    mine.update(**values)
    if outcome.everybody:
        again = now + timedelta(seconds=outcome.seconds_to_wait(message.attempts))
        others = ReminderMessage.objects.filter(state=State.WAITING, channel=message.channel)
        others.update(next_attempt_at=Greatest(F("next_attempt_at"), again))
