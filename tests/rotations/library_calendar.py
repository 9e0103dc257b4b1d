"""Writes the same events with the icalendar library: what the register's own writer is compared with."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import icalendar

from rotations.calendar import Attendee, Entry
from rotations.calendar_text import one_line, plain_text, web_address


def library_bytes(entry: Entry) -> bytes:
    event = icalendar.Event()
    for label, value in _properties(entry).items():
        event.add(label, value)
    for attendee in entry.attendees:
        event.add("attendee", _address(attendee))
    for alarm in entry.alarms:
        part = icalendar.Alarm()
        part.add("action", "DISPLAY")
        part.add("description", _inline(one_line(alarm.words) or "Reminder"))
        part.add("trigger", timedelta(days=-alarm.days_before))
        event.add_component(part)
    return event.to_ical()


def _properties(entry: Entry) -> dict:
    properties = {
        "uid": _inline(one_line(entry.uid)),
        "dtstamp": _moment(entry.revised_at),
        "last-modified": _moment(entry.revised_at),
        "sequence": entry.sequence,
        "dtstart": _moment(entry.start),
        "dtend": _moment(entry.end),
        "summary": _inline(one_line(entry.summary)),
        "categories": _inline(one_line(entry.kind)),
        "status": entry.status,
        "transp": "TRANSPARENT" if entry.is_all_day or entry.is_cancelled or entry.is_tentative else "OPAQUE",
    }
    url = web_address(entry.url)
    if url:
        properties["url"] = url
    if text := "\n\n".join(filter(None, (entry.description, url))):
        properties["description"] = _inline(text)
    return properties


def _moment(moment):
    return moment.astimezone(UTC).replace(microsecond=0) if isinstance(moment, datetime) else moment


def _inline(text: str) -> icalendar.prop.vInline:
    escaped = plain_text(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return icalendar.prop.vInline(escaped)


def _address(attendee: Attendee) -> icalendar.vCalAddress:
    address = icalendar.vCalAddress("mailto:" + quote(plain_text(attendee.email), safe="@+"))
    address.params["CN"] = one_line(attendee.name)
    address.params["ROLE"] = "REQ-PARTICIPANT"
    return address
