"""Reads invitations as strictly as RFC 5546 (3.2.2, 3.2.5) is written, with three readers."""

from __future__ import annotations

import re
from email.message import EmailMessage

import icalendar
from ical.calendar_stream import IcsCalendarStream

from tests.rotations.strict_calendar import INSTANT, LINE, TEXTS, content_lines, unescaped

ONCE = {"UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP", "CATEGORIES"}
PEOPLE = {"ORGANIZER", "ATTENDEE"}


def read(content: bytes) -> dict[str, str]:
    """Return the properties of the one event, its METHOD and its ALARMS; people are "parameters value"."""
    found: dict[str, str] = {}
    alarms: list[dict[str, str]] = []
    parts: list[str] = []
    for line in content_lines(content):
        match = LINE.fullmatch(line)
        assert match, line
        name, params, value = match["name"], match["params"], match["value"]
        if name == "BEGIN":
            parts.append(value)
            if value == "VALARM":
                alarms.append({})
        elif name == "END":
            assert parts.pop() == value
        else:
            place = alarms[-1] if parts[-1] == "VALARM" else found
            assert name not in place, line
            place[name] = f"{params} {value}" if name in PEOPLE else unescaped(value) if name in TEXTS else value
    assert parts == []
    _check(found, alarms)
    _agree(content, found, len(alarms))
    return found | {"ALARMS": " ".join(alarm["TRIGGER"] for alarm in alarms)}


def _check(found: dict[str, str], alarms: list[dict[str, str]]) -> None:
    head = {"VERSION", "PRODID", "CALSCALE", "METHOD"}
    assert set(found) - {"DESCRIPTION", "URL"} == head | ONCE | PEOPLE
    assert (found["VERSION"], found["METHOD"]) in {("2.0", "REQUEST"), ("2.0", "CANCEL")}
    assert found["STATUS"] == {"REQUEST": "CONFIRMED", "CANCEL": "CANCELLED"}[found["METHOD"]]
    for name in ("DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND"):
        assert INSTANT.fullmatch(found[name])
    assert found["DTSTART"] < found["DTEND"]
    assert found["SEQUENCE"].isdecimal()
    for name in PEOPLE:
        assert re.search(r" mailto:[\x21-\x7e]+@[\x21-\x7e]+$", found[name]), found[name]
    answers = {"PARTSTAT=NEEDS-ACTION", "RSVP=FALSE", "ROLE=REQ-PARTICIPANT", "CUTYPE=INDIVIDUAL"}
    assert answers <= set(found["ATTENDEE"].rpartition(" ")[0].split(";"))
    for alarm in alarms:
        assert (set(alarm), alarm["ACTION"]) == ({"ACTION", "DESCRIPTION", "TRIGGER"}, "DISPLAY")
    assert len(alarms) == (2 if found["METHOD"] == "REQUEST" else 0)


def _agree(content: bytes, found: dict[str, str], alarms: int) -> None:
    """Hold that the package `ical` and the library icalendar read the same."""
    [event] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert not event.errors
    assert [str(event["UID"]), str(event["SEQUENCE"]), str(event["SUMMARY"])] == [
        found[name] for name in ("UID", "SEQUENCE", "SUMMARY")
    ]
    [other] = IcsCalendarStream.calendar_from_ics(content.decode()).events
    assert other.uid == found["UID"]
    assert (other.summary, str(other.sequence)) == (found["SUMMARY"], found["SEQUENCE"])
    assert (other.status.value, len(other.alarm or [])) == (found["STATUS"], alarms)


def read_mail(mail: EmailMessage) -> dict[str, str]:
    """Return the same of a mail, whose header names the same method."""
    part = list(mail.iter_parts())[-1]
    kinds = [each.get_content_type() for each in mail.iter_parts()]
    assert (mail.get_content_type(), kinds) == (
        "multipart/alternative",
        ["text/plain", "text/html", "text/calendar"],
    )
    content = part.get_payload(decode=True)
    found = read(content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert (part.get_param("method"), part.get_content_charset()) == (found["METHOD"], "utf-8")
    return found
