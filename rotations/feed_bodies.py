"""Knows what a feed answers: its entries, or plain words where it was closed; keeps what did not change."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from audit.policies import may_see_register
from rotations import calendar_version
from rotations.calendar import Entry, calendar_bytes
from rotations.calendar_window import CalendarWindow, register_address
from rotations.models import CalendarFeed

# Rises whenever this code writes other bytes for the same rows.
FORMAT = 2
KEPT_BYTES = 32 * 1024 * 1024
Source = Callable[[CalendarWindow], Iterable[Entry]]


class KeptBodies:
    """The bodies this process wrote last, by tag, as far as they fit into `KEPT_BYTES`."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, tag: str) -> bytes | None:
        """Return the body, or None if it is not kept."""
        with self._lock:
            if tag in self._bodies:
                self._bodies.move_to_end(tag)
            return self._bodies.get(tag)

    def put(self, tag: str, body: bytes) -> None:
        """Keep the body; the ones that were not asked for longest go."""
        with self._lock:
            self._size += len(body) - len(self._bodies.pop(tag, b""))
            self._bodies[tag] = body
            while self._size > KEPT_BYTES:
                self._size -= len(self._bodies.popitem(last=False)[1])

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._bodies.clear()
            self._size = 0


kept = KeptBodies()


def tag_of(feed: int, *, version: int, today: date) -> str:
    """Return what is another text whenever the feed of that key would answer other bytes.

    `version` is that of all calendars.
    """
    facts = (
        FORMAT,
        feed,
        version,
        today,
        settings.PLATFORM_NAME,
        settings.SITE_URL,
        settings.TIME_ZONE,
        settings.ROTATION_START_TIME,
        *settings.CALENDAR_SOURCES,
    )
    return hashlib.sha256("\n".join(map(str, facts)).encode()).hexdigest()[:32]


def body_of(feed: CalendarFeed, *, tag: str, today: date) -> bytes:
    """Return the calendar that `tag` stands for; the rights of the feed's account are asked every time."""
    closed = why_closed(feed, today=today)
    tag = f"{tag}{closed}"
    body = kept.get(tag)
    if body is None:
        body = _closed_calendar(feed, closed, today) if closed else _open_calendar(feed, today)
        kept.put(tag, body)
    return body


def why_closed(feed: CalendarFeed, *, today: date) -> str:
    """Return why the feed shows nothing, or "" if it shows what it should."""
    if feed.revoked_at is not None:
        return f"This calendar feed was revoked on {timezone.localdate(feed.revoked_at)}."
    if feed.expires_on is not None and feed.expires_on < today:
        return f"This calendar feed expired on {feed.expires_on}."
    if not may_see_register(feed.account):
        return "The account that made this calendar feed may no longer see the register."
    return ""


def name_of(feed: CalendarFeed) -> str:
    """Return the calendar's name, as programs show it."""
    whose = {CalendarFeed.Scope.MINE: "mine", CalendarFeed.Scope.EVERYTHING: "all"}.get(feed.scope)  # type: ignore[call-overload]
    return f"{settings.PLATFORM_NAME} secrets - {whose or feed.subject}"


def _open_calendar(feed: CalendarFeed, today: date) -> bytes:
    window = CalendarWindow.of(feed, today=today, register=calendar_version.register())
    entries = [entry for source in _sources() for entry in source(window)]
    # A calendar without an entry is none (RFC 5545, 3.6), and some programs refuse it.
    return calendar_bytes(name=name_of(feed), entries=entries or [_nothing_yet(feed, window)])


def _sources() -> Iterator[Source]:
    return (import_string(name) for name in settings.CALENDAR_SOURCES)


def _nothing_yet(feed: CalendarFeed, window: CalendarWindow) -> Entry:
    made_on = timezone.localdate(feed.created_at)
    return Entry(
        uid=window.uid_of("feed", feed.pk),
        kind="Note",
        start=made_on,
        end=made_on + timedelta(days=1),
        summary="Nothing is planned or due yet",
        description="Rotations will appear here as soon as a secret of this calendar has a date.",
        url=register_address(reverse("rotations:calendar")),
        revised_at=feed.created_at,
    )


def _closed_calendar(feed: CalendarFeed, why: str, today: date) -> bytes:
    """Return a calendar that says what happened, today and every day until it is removed.

    An error would do worse: calendar programs keep what they know of an address that fails.
    """
    note = Entry(
        uid=f"{feed.pk}.closed@{calendar_version.register()}",
        kind="Note",
        start=today,
        end=today + timedelta(days=1),
        summary=why,
        description="Remove this calendar from your program. You can make a new one in the register.",
        url=register_address(reverse("rotations:calendar")),
        sequence=today.toordinal(),
        revised_at=datetime.combine(today, time(), UTC),
    )
    return calendar_bytes(name=f"{name_of(feed)} (ended)", entries=[note])
