"""Takes up messages whose sender was killed: nobody knows whether they arrived."""

from __future__ import annotations

from datetime import datetime, timedelta

from rotations.models import ReminderMessage

State = ReminderMessage.State
# Far longer than any server is waited for.
ABANDONED = timedelta(minutes=10)


def take_up_abandoned(now: datetime) -> None:
    """Let messages wait again that somebody began to send long ago; they say that they may have come before."""
    left = ReminderMessage.objects.filter(state=State.SENDING, claimed_at__lt=now - ABANDONED)
    left.update(state=State.WAITING, maybe_again=True, next_attempt_at=now)
