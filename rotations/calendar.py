"""Knows how entries become an iCalendar feed (RFC 5545, 7986); knows no rows, no request and no clock."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import ModuleType
from typing import NamedTuple
from urllib.parse import quote

from rotations.calendar_text import escaped, folded, one_line, plain_text, web_address

logger = logging.getLogger(__name__)

PRODUCT = "-//Secrets Index//Calendar feed//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"
# How often clients are asked to look; each decides for itself.
REFRESH = timedelta(hours=1)
# Events whose bytes one process keeps; about 1 kB each.
KEPT_EVENTS = 32_768
_MOST_SEQUENCE = 2**31


class Attendee(NamedTuple):
    """Somebody an entry concerns, with the address their calendar knows them by."""

    name: str
    email: str


class Alarm(NamedTuple):
    """A ringing so many whole days before the entry starts, below zero after it, and its words."""

    days_before: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in a calendar: all-day where `start` is a date, else from one aware instant to another.

    `end` is exclusive. `revised_at` is when what the entry shows last changed; `uid` never changes, and
    `sequence` grows whenever the entry moves. `kind` is a word for people. What is tentative is expected, not planned.
    """

    uid: str
    kind: str
    start: date
    end: date
    summary: str
    revised_at: datetime
    description: str = ""
    url: str = ""
    attendees: tuple[Attendee, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    sequence: int = 0
    is_cancelled: bool = False
    is_tentative: bool = False

    @property
    def is_all_day(self) -> bool:
        """Whether the entry takes whole days rather than hours."""
        return not isinstance(self.start, datetime)

    @property
    def status(self) -> str:
        """What RFC 5545 calls its state."""
        return "CANCELLED" if self.is_cancelled else "TENTATIVE" if self.is_tentative else "CONFIRMED"


def calendar_bytes(*, name: str, entries: Iterable[Entry], about: str = "") -> bytes:
    """Return the feed, equal to the byte for equal entries, in the order of their first days and UIDs.

    An entry that cannot be written is left out, and logged without its content; of several with one UID
    the first is kept. `about` is the calendar's description.
    """
    head, tail = _frame(name, about)
    unique: dict[str, Entry] = {}
    for entry in entries:
        unique.setdefault(entry.uid, entry)
    events = [(entry.start.toordinal(), uid, text) for uid, entry in unique.items() if (text := event_bytes(entry))]
    return b"".join((head, *(text for _, _, text in sorted(events)), tail))


@lru_cache(maxsize=KEPT_EVENTS)
def event_bytes(entry: Entry) -> bytes:
    """Return one VEVENT, or nothing where the entry cannot be written.

    The bytes are kept under the whole entry, so an entry that changed in anything is written anew.
    """
    try:
        return _written(entry)
    except Exception as error:  # whatever is wrong with one entry, the others must appear
        logger.error("Calendar entry %s was left out: %s", ascii(entry.uid)[:80], type(error).__name__)
        return b""


def _library() -> ModuleType:
    # Loading it takes 0.13 s, which no command that only checks the addresses should pay.
    import icalendar

    return icalendar


@lru_cache(maxsize=256)
def _frame(name: str, about: str) -> tuple[bytes, bytes]:
    """Return what stands before and after the events. No METHOD: a subscribed calendar invites nobody."""
    library = _library()
    calendar = library.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    for names, text in ((("name", "x-wr-calname"), one_line(name)), (("description", "x-wr-caldesc"), about)):
        for label in names if text else ():
            # The library's own escaping takes a backslash before a capital N for a line break.
            calendar.add(label, library.prop.vInline(escaped(text)))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", library.vDuration(REFRESH))
    head, tail = calendar.to_ical().split(b"END:VCALENDAR")
    return head, b"END:VCALENDAR" + tail


def _written(entry: Entry) -> bytes:
    # Written by hand, because the library takes a millisecond an event; a test holds that the bytes are the library's.
    return b"".join((b"BEGIN:VEVENT\r\n", *_lines(entry), *map(_ringing, entry.alarms), b"END:VEVENT\r\n"))


def _lines(entry: Entry) -> Iterator[bytes]:
    """Yield the lines in the order in which the library sorts them."""
    if entry.end <= entry.start:
        raise ValueError("an entry ends after it starts")
    if not 0 <= entry.sequence < _MOST_SEQUENCE:
        raise ValueError("a sequence is a whole number")
    revised_at, url = _instant(entry.revised_at), web_address(entry.url)
    yield folded(f"SUMMARY:{escaped(one_line(entry.summary))}")
    yield f"DTSTART{_moment(entry.start)}\r\nDTEND{_moment(entry.end)}\r\nDTSTAMP:{revised_at}\r\n".encode()
    yield folded(f"UID:{escaped(one_line(entry.uid))}")
    yield f"SEQUENCE:{entry.sequence:d}\r\n".encode()
    yield from map(_attendance, entry.attendees)
    yield folded(f"CATEGORIES:{escaped(one_line(entry.kind))}")
    # Google and others show no address but those in the text.
    if text := "\n\n".join(filter(None, (entry.description, url))):
        yield folded(f"DESCRIPTION:{escaped(text)}")
    blocks_time = not (entry.is_all_day or entry.is_cancelled or entry.is_tentative)
    yield f"LAST-MODIFIED:{revised_at}\r\nSTATUS:{entry.status}\r\n".encode()
    yield b"TRANSP:OPAQUE\r\n" if blocks_time else b"TRANSP:TRANSPARENT\r\n"
    if url:
        yield folded(f"URL:{url}")


def _moment(moment: date) -> str:
    if isinstance(moment, datetime):
        return f":{_instant(moment)}"
    return f";VALUE=DATE:{moment.year:04}{moment.month:02}{moment.day:02}"


def _instant(moment: datetime) -> str:
    """Return an instant in UTC, to the second."""
    if moment.tzinfo is None:
        raise ValueError("an instant without a time zone names no moment")
    utc = moment.astimezone(UTC)
    return f"{utc.year:04}{utc.month:02}{utc.day:02}T{utc.hour:02}{utc.minute:02}{utc.second:02}Z"


@lru_cache(maxsize=KEPT_EVENTS)
def _attendance(attendee: Attendee) -> bytes:
    return user_line("ATTENDEE", attendee, ROLE="REQ-PARTICIPANT")


def user_line(label: str, user: Attendee, **parameters: str) -> bytes:
    """Return the line of a calendar user. Names are parameters, whose quoting is better left to the library."""
    library = _library()
    # An address may hold a question mark, after which a mail program reads headers.
    address = library.vCalAddress("mailto:" + quote(plain_text(user.email), safe="@+"))
    address.params.update({"CN": one_line(user.name), **parameters})
    line = library.parser.Contentline.from_parts(label, address.params, address)
    return bytes(line.to_ical()) + b"\r\n"


@lru_cache(maxsize=256)
def _ringing(alarm: Alarm) -> bytes:
    """Return a VALARM that shows its words; it rings at the hour of the entry, in universal time."""
    sign = "-" if alarm.days_before > 0 else ""
    trigger = f"{sign}P{abs(alarm.days_before)}D"
    words = folded(f"DESCRIPTION:{escaped(one_line(alarm.words) or 'Reminder')}")
    return b"".join(
        (b"BEGIN:VALARM\r\nACTION:DISPLAY\r\n", words, f"TRIGGER:{trigger}\r\n".encode(), b"END:VALARM\r\n")
    )
