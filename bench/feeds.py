"""What feeds cost: cold and warm beside the library, changed beside built anew, unchanged beside an empty view."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client, override_settings

from audit.acts import acting
from audit.models import ChangeSet, User
from bench.filling import TODAY
from bench.measure import costs, milliseconds, once, say
from inventory.models import Environment, Secret
from rotations.calendar import Attendee, Entry, calendar_bytes, event_bytes
from rotations.feed_acts import make_feed
from rotations.feed_bodies import kept
from rotations.models import Rotation, RotationItem
from tests.rotations.library_calendar import library_bytes

SIZES = (100, 10_000)


def run(security: User, size: int) -> None:
    """Print the ratios."""
    for events in SIZES:
        _writing(events)
    for events in SIZES:
        _changing(security, events)
    _answering(security)


def _writing(events: int) -> None:
    """Compare the register's writer, with nothing kept and with everything kept, with the library."""
    entries = [_entry(number) for number in range(events)]

    def cold() -> bytes:
        event_bytes.cache_clear()
        return calendar_bytes(name="Measured", entries=entries)

    took = costs(
        warm=lambda: calendar_bytes(name="Measured", entries=entries),
        cold=cold,
        library=lambda: b"".join(map(library_bytes, entries)),
        strings=lambda: _plain_strings(entries),
    )
    library, cold_took, warm = (milliseconds(took[name]) for name in ("library", "cold", "warm"))
    what = f"{events:,} events by icalendar"
    say(f"{what}, beside written cold", took["library"] / took["cold"], "at least 10", library, cold_took)
    say(f"{what}, beside warm", took["library"] / took["warm"], "at least 100", library, warm)
    strings = milliseconds(took["strings"])
    say(f"{events:,} events cold, beside plain strings", took["cold"] / took["strings"], "-", cold_took, strings)


def _changing(security: User, events: int) -> None:
    """Compare a feed of which one event changed with the same feed of which none was ever written."""
    place = Environment.objects.filter(code=f"of-{events}").first()
    rotations = _fill(events) if place is None else list(Rotation.objects.filter(environment=place))
    with acting(actor=security, source=ChangeSet.Source.COMMAND, reason="Measured"):
        environment = Environment.objects.get(code=f"of-{events}")
        address = make_feed(by=security, scope="environment", environment=environment).address
    client, path = Client(), urlsplit(address).path
    took: dict[str, list[float]] = {"changed": [], "cold": [], "again": []}
    client.get(path)
    for number in range(7):
        with acting(actor=security, source=ChangeSet.Source.COMMAND, reason=f"Moved {number}"):
            rotations[0].planned_on = TODAY + timedelta(days=number + 2)
            rotations[0].save()
        took["changed"].append(once(lambda: client.get(path)))
        took["again"].append(once(lambda: client.get(path)))
        kept.clear()
        event_bytes.cache_clear()
        took["cold"].append(once(lambda: client.get(path)))
    changed, cold, again = (statistics.median(took[name]) for name in ("changed", "cold", "again"))
    library = once(lambda: [library_bytes(_entry(number)) for number in range(events)])
    figures = [milliseconds(changed), milliseconds(cold), milliseconds(library)]
    say(f"a feed of {events:,} built cold, beside one event changed", cold / changed, "-", *figures)
    # A small feed costs its questions to the database, whatever became of its events.
    aim = "at least 10" if events > 1_000 else "-"
    say(f"icalendar writing {events:,}, beside one event changed", library / changed, aim, *figures)
    say(f"a feed of {events:,} sent again, beside one event changed", again / changed, "-", milliseconds(again))


def _fill(events: int) -> list[Rotation]:
    """Make a quarter as many rotations as events: each has three reminders."""
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Filled for a measurement"):
        environment = Environment.objects.create(code=f"of-{events}", name=f"Of {events}")
        secrets = list(Secret.objects.order_by("pk")[:200])
        rotations = Rotation.objects.bulk_create(
            [
                Rotation(state="planned", environment=environment, planned_on=TODAY + timedelta(days=31 + n % 300))
                for n in range(events // 4)
            ]
        )
        RotationItem.objects.bulk_create(
            [
                RotationItem(rotation=row, secret=secrets[(n * 4 + place) % len(secrets)])
                for n, row in enumerate(rotations)
                for place in range(4)
            ]
        )
    return rotations


def _answering(security: User) -> None:
    with acting(actor=security, source=ChangeSet.Source.COMMAND, reason="Measured"):
        quiet = Environment.objects.create(code="quiet", name="Quiet")
        small = make_feed(by=security, scope="environment", environment=quiet)
        large = make_feed(by=security, scope="everything", with_expected=True, with_clean_ups=True, with_alarms=True)
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
