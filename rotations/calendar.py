"""Knows how entries become an iCalendar feed (RFC 5545, 7986); knows no rows, no request and no clock."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from django.utils.encoding import iri_to_uri

logger = logging.getLogger(__name__)

PRODUCT = "-//Secrets Index//Calendar feed//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"
# How often clients are asked to look; each decides for itself.
REFRESH = timedelta(hours=1)
# Events whose bytes one process keeps; about 1 kB each.
KEPT_EVENTS = 16_384

_LINE_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
# What is no text: controls, halves of surrogate pairs, and the noncharacters of the first plane.
_NOT_TEXT = {"Cc", "Cs"}
_NONCHARACTERS = frozenset(map(chr, (*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF)))


class Attendee(NamedTuple):
    """Somebody an entry concerns, with the address their calendar knows them by."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in a calendar: all-day where `start` is a date, else from one aware instant to another.

    `end` is exclusive. `revised_at` is when what the entry shows last changed; `uid` never changes, and
    `sequence` grows whenever the entry moves. `kind` is a word for people.
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
    sequence: int = 0
    is_cancelled: bool = False

    @property
    def is_all_day(self) -> bool:
        """Whether the entry takes whole days rather than hours."""
        return not isinstance(self.start, datetime)


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


def plain_text(text: str) -> str:
    """Return the text with one kind of line break, and without what is no text."""
    text = _LINE_BREAKS.sub("\n", text)
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    kept = (mark for mark in text if mark in "\n\t" or not _is_no_text(mark))
    return "".join(kept)


def _is_no_text(mark: str) -> bool:
    return unicodedata.category(mark) in _NOT_TEXT or mark in _NONCHARACTERS


def one_line(text: str) -> str:
    """Return the text on one line."""
    return " ".join(plain_text(text).split())


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
            calendar.add(label, _inline(text))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", library.vDuration(REFRESH))
    head, tail = calendar.to_ical().split(b"END:VCALENDAR")
    return head, b"END:VCALENDAR" + tail


def _written(entry: Entry) -> bytes:
    event = _library().Event()
    for label, value in _properties(entry).items():
        event.add(label, value)
    for attendee in entry.attendees:
        event.add("attendee", _address(attendee))
    return bytes(event.to_ical())


def _properties(entry: Entry) -> Mapping[str, Any]:
    start, end = _moment(entry.start), _moment(entry.end)
    if entry.end <= entry.start:
        raise ValueError("an entry ends after it starts")
    properties: dict[str, Any] = {
        "uid": _inline(one_line(entry.uid)),
        "dtstamp": _moment(entry.revised_at),
        "last-modified": _moment(entry.revised_at),
        "sequence": entry.sequence,
        "dtstart": start,
        "dtend": end,
        "summary": _inline(one_line(entry.summary)),
        "categories": _inline(one_line(entry.kind)),
        "status": "CANCELLED" if entry.is_cancelled else "CONFIRMED",
        "transp": "TRANSPARENT" if entry.is_all_day or entry.is_cancelled else "OPAQUE",
    }
    url = _web_address(entry.url)
    if url:
        properties["url"] = url
    # Google and others show no address but those in the text.
    if text := "\n\n".join(filter(None, (entry.description, url))):
        properties["description"] = _inline(text)
    return properties


def _moment(moment: date) -> date:
    """Return a date as it is and an instant in UTC, to the second."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("an instant without a time zone names no moment")
    return moment.astimezone(UTC).replace(microsecond=0)


def _inline(text: str) -> Any:
    # The library's own escaping takes a backslash before a capital N for a line break.
    escaped = plain_text(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return _library().prop.vInline(escaped)


def _address(attendee: Attendee) -> Any:
    # An address may hold a question mark, after which a mail program reads headers.
    address = _library().vCalAddress("mailto:" + quote(plain_text(attendee.email), safe="@+"))
    address.params["CN"] = one_line(attendee.name)
    address.params["ROLE"] = "REQ-PARTICIPANT"
    return address


def _web_address(url: str) -> str:
    """Return the address with everything but ASCII encoded, or nothing where a browser would not open it."""
    url = iri_to_uri(one_line(url))
    return url if urlsplit(url).scheme in {"http", "https"} else ""
