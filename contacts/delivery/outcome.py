"""What is sent, and what became of it; an outcome's words never repeat the message or an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# Seconds before a try after the first one that failed, and at most between two of them.
FIRST_WAIT, LONGEST_WAIT = 60, 3600


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """What a mail holds for calendar programs, and what they are to do with it (`method`, RFC 6047)."""

    method: Literal["REQUEST", "CANCEL"]
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One message in the forms that channels take; `identity` is the same whenever it is sent again."""

    identity: str
    subject: str
    text: str
    html: str
    slack: str
    calendar: CalendarPart | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Delivered, to be tried again, or never to be delivered.

    `wait` is the seconds that the other side asked for; `everybody` says that other messages would fare no better.
    """

    kind: Literal["delivered", "later", "never"]
    reason: str = ""
    wait: int | None = None
    everybody: bool = False

    @classmethod
    def delivered(cls) -> Outcome:
        """Return that the other side took it."""
        return cls("delivered")

    @classmethod
    def later(cls, reason: str, wait: int | None = None, *, everybody: bool = False) -> Outcome:
        """Return that it may succeed another time."""
        return cls("later", reason, wait, everybody)

    @classmethod
    def never(cls, reason: str) -> Outcome:
        """Return that it is no use to try again as long as nothing else changes."""
        return cls("never", reason)

    def seconds_to_wait(self, attempts: int) -> int:
        """Return after how many seconds to try again: doubled with each of `attempts`, and no less than was asked."""
        grown = min(FIRST_WAIT << min(max(attempts - 1, 0), 16), LONGEST_WAIT)
        return max(grown, self.wait or 0)


def asked_to_wait(value: str | None) -> int | None:
    """Return the seconds of a Retry-After header, at most a day; None where there are none to be read."""
    words = (value or "").strip()
    return min(int(words), 86_400) if words.isascii() and words.isdecimal() and len(words) < 9 else None
