"""Knows how an entry becomes an invitation by e-mail (iTIP, RFC 5546, 3.2.2 and 3.2.5); knows no rows and no clock.

Each is an event of one guest, who need not answer; the register organizes it. A later one with the same UID and
a greater SEQUENCE stands in place of those before.
"""

from __future__ import annotations

from dataclasses import replace
from email.utils import parseaddr

from contacts.delivery import CalendarPart
from rotations.calendar import PRODUCT, Attendee, Entry, event_bytes, user_line
from rotations.calendar_text import escaped, folded, one_line

# Before the rotation begins: a day, and an hour.
ALARMS = ("-P1D", "-PT1H")
_END = b"END:VEVENT\r\n"


def invitation(entry: Entry, *, organizer: Attendee, guest: Attendee) -> CalendarPart:
    """Return the request to keep `entry`, or to cancel it where it is cancelled; equal for equal arguments.

    Raises ValueError where it cannot be written.
    """
    event = event_bytes(replace(entry, attendees=(), alarms=()))
    if not event.endswith(_END):
        raise ValueError("This entry cannot be written.")
    method = "CANCEL" if entry.is_cancelled else "REQUEST"
    head = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\nCALSCALE:GREGORIAN\r\nMETHOD:{method}\r\n"
    people = user_line("ORGANIZER", organizer), _guest_line(guest)
    # Nothing rings for what is cancelled (RFC 5546, 3.2.5).
    alarms = [] if entry.is_cancelled else [_alarm(trigger, entry.summary) for trigger in ALARMS]
    parts = (head.encode(), event.removesuffix(_END), *people, *alarms, _END, b"END:VCALENDAR\r\n")
    return CalendarPart("CANCEL" if entry.is_cancelled else "REQUEST", b"".join(parts))


def organizer(name: str, sender: str) -> Attendee:
    """Return the register as a calendar user: `sender` is a mail's From, with or without a name before its address."""
    return Attendee(name, parseaddr(sender)[1])


def _guest_line(guest: Attendee) -> bytes:
    answers = {"PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    return user_line("ATTENDEE", guest, CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", **answers)


def _alarm(trigger: str, words: str) -> bytes:
    lines = folded(f"DESCRIPTION:{escaped(one_line(words)) or 'Rotation'}")
    return b"BEGIN:VALARM\r\nACTION:DISPLAY\r\n" + lines + f"TRIGGER:{trigger}\r\nEND:VALARM\r\n".encode()
