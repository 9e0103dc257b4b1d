"""Sends invitations by e-mail, each by one sender at a time; what is known to be sent is never sent again.

The number of a message, its day and its address are written before it is sent. Who is killed in between leaves it
claimed: after ten minutes the same message is sent again, which changes nothing in a calendar that has it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from contacts.delivery import Channel, Message, Outcome, Way, deliver
from rotations.invitation_messages import message_of
from rotations.inviting import Due, due, note_new
from rotations.models import Invitation
from rotations.outbox import GIVEN_UP, Clock, Sent

UNWRITABLE = Outcome.never("The invitation cannot be written.")


def send_invitations(*, today: date, clock: Clock, stop: Callable[[], bool] = lambda: False) -> Sent:
    """Send what is due, until nothing is left, the mail server is down, or `stop` says so; without one, nothing."""
    sent = Sent()
    if not settings.SENDS_MAIL or _is_down(clock()):
        return sent
    note_new(today=today, now=clock())
    for waiting in due(today=today, now=clock()):
        if stop():
            break
        claimed = _claimed(waiting.row.pk, today=today, now=clock())
        if claimed is None:
            continue
        row, message = claimed
        outcome = deliver(message, Way(Channel.EMAIL, row.address)) if message is not None else UNWRITABLE
        _settle(row, outcome, clock())
        setattr(sent, outcome.kind, getattr(sent, outcome.kind) + 1)
        if outcome.everybody:
            break
    return sent


def _is_down(now: datetime) -> bool:
    """Return whether the mail server failed a short while ago."""
    return Invitation.objects.filter(is_outage=True, is_settled=False, next_attempt_at__gt=now).exists()


def _claimed(key: int, *, today: date, now: datetime) -> tuple[Invitation, Message | None] | None:
    """Return an invitation that nobody else sends and what it says by now, written down as being sent."""
    with transaction.atomic():
        if not Invitation.objects.filter(pk=key).select_for_update(skip_locked=True).values_list("pk"):
            return None
        # What the others did, and what became of the rotation, since the list was made.
        found = due(today=today, now=now, key=key)
        if not found:
            return None
        row, was_invited = found[0].row, found[0].words == "moved"
        _write_down(found[0], now)
        try:
            return row, message_of(row, was_invited=was_invited)
        except (ValueError, OverflowError):  # whatever is wrong with one, the others go out
            return row, None


def _write_down(message: Due, now: datetime) -> None:
    row = message.row
    if not message.is_again:
        row.sequence, row.address, row.on, row.made_at = message.sequence, message.address, message.on, now
        row.state, row.attempts = message.state, 0
    row.is_settled, row.is_outage, row.claimed_at, row.attempts = False, False, now, row.attempts + 1
    row.save()


def _settle(row: Invitation, outcome: Outcome, now: datetime) -> None:
    """Write down what became of a message; one that somebody else took up in the meantime is theirs."""
    # A server that is down is no fault of one address: it is tried for as long as it takes.
    is_given_up = not outcome.everybody and now - row.made_at > GIVEN_UP
    is_settled = outcome.kind != "later" or is_given_up
    mine = Invitation.objects.filter(pk=row.pk, sequence=row.sequence, claimed_at=row.claimed_at)
    mine.update(
        is_settled=is_settled,
        is_outage=outcome.everybody,
        claimed_at=None,
        next_attempt_at=now + timedelta(seconds=outcome.seconds_to_wait(row.attempts)),
        error=outcome.reason[:200],
    )
