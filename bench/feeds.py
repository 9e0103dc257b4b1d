"""What feeds cost: warm and cold beside the library, unchanged beside a view that does nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client, override_settings

from audit.acts import acting
from audit.models import ChangeSet, User
from bench.measure import costs, milliseconds, say
from inventory.models import Environment
from rotations.calendar import Attendee, Entry, calendar_bytes, event_bytes
from rotations.feed_acts import make_feed

EVENTS = 2_000


def run(security: User, size: int) -> None:
    """Print the ratios."""
    _writing()
    _answering(security)


def _writing() -> None:
    entries = [_entry(number) for number in range(EVENTS)]

    def cold() -> bytes:
        event_bytes.cache_clear()
        return calendar_bytes(name="Measured", entries=entries)

    took = costs(
        warm=lambda: calendar_bytes(name="Measured", entries=entries),
        library=cold,
        strings=lambda: _plain_strings(entries),
    )
    library, warm = milliseconds(took["library"]), milliseconds(took["warm"])
    say(f"{EVENTS} events by icalendar, beside warm", took["library"] / took["warm"], "at least 100", library, warm)
    strings = milliseconds(took["strings"])
    say(f"{EVENTS} events cold, beside a plain string writer", took["library"] / took["strings"], "-", library, strings)


def _answering(security: User) -> None:
    with acting(actor=security, source=ChangeSet.Source.COMMAND, reason="Measured"):
        quiet = Environment.objects.create(code="quiet", name="Quiet")
        small = make_feed(by=security, scope="environment", environment=quiet)
        large = make_feed(by=security, scope="everything")
    client = Client()
    with override_settings(ROOT_URLCONF="bench.urls"):
        took = costs(
            small=_asking(client, small.address),
            large=_asking(client, large.address),
            nothing=lambda: client.get("/nothing/"),
        )
    figures = (milliseconds(took["large"]), milliseconds(took["nothing"]))
    say("an unchanged feed (304), beside an empty view", took["large"] / took["nothing"], "at most 2", *figures)
    say("an unchanged large feed (304), beside an empty one", took["large"] / took["small"], "about 1")


def _asking(client: Client, address: str) -> Callable[[], None]:
    """Return what asks for a feed that has not changed since it was read."""
    path = urlsplit(address).path
    tag = client.get(path)["ETag"]

    def ask() -> None:
        if client.get(path, headers={"if-none-match": tag}).status_code != 304:
            raise RuntimeError("The feed changed while it was measured.")

    return ask


def _entry(number: int) -> Entry:
    start = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(hours=number)
    return Entry(
        uid=f"{number}@{settings.SITE_URL}",
        kind="Rotation",
        start=start,
        end=start + timedelta(hours=2),
        summary=f"Secrets Rotation - Production {number}",
        description="Secrets:\n" + "\n".join(f"- prod/service-{number}/key_{n}, Person {n}" for n in range(4)),
        url=f"https://register.invalid/rotations/{number}/",
        attendees=(Attendee("Person 1", "person1@example.org"), Attendee("Person 2", "person2@example.org")),
        revised_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _plain_strings(entries: list[Entry]) -> str:
    """Write the same facts with nothing but string formatting: no folding, no checks."""
    return "".join(
        f"BEGIN:VEVENT\r\nUID:{entry.uid}\r\nDTSTAMP:{entry.revised_at:%Y%m%dT%H%M%SZ}\r\nDTSTART:{entry.start:%Y%m%dT%H%M%SZ}"
        f"\r\nDTEND:{entry.end:%Y%m%dT%H%M%SZ}\r\nSUMMARY:{_escaped(entry.summary)}\r\nDESCRIPTION:{_escaped(entry.description)}"
        f"\r\nURL:{entry.url}\r\nSEQUENCE:{entry.sequence}\r\n"
        + "".join(f"ATTENDEE;CN={person.name}:mailto:{person.email}\r\n" for person in entry.attendees)
        + "END:VEVENT\r\n"
        for entry in entries
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
