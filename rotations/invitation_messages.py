"""Writes the mail of an invitation: words for people, and the part for calendar programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string

from contacts.delivery import Message
from rotations import calendar_version
from rotations.calendar import Attendee, Entry
from rotations.calendar_window import register_address, uid_of
from rotations.digests import plain
from rotations.invitations import invitation, organizer
from rotations.models import Invitation, Rotation
from rotations.rotation_entries import day_of

ORGANIZER = "secrets index"


def message_of(row: Invitation, *, was_invited: bool) -> Message:
    """Return the mail that says what `row` says: the same for the same row, rotation and secrets; at most four queries.

    Who leads the rotation is told of all its secrets, its other guests of their own.
    """
    person, rotation = row.person, row.rotation
    if row.on is None:
        raise ValueError("An invitation is to a day.")
    entry = _entry(row, rotation, row.on)
    sender = organizer(f"{settings.PLATFORM_NAME} {ORGANIZER}", settings.DEFAULT_FROM_EMAIL)
    what = "Cancelled" if entry.is_cancelled else "Moved" if was_invited else "Invitation"
    title, day = plain(entry.summary), f"{row.on}, {settings.ROTATION_START_TIME:%H:%M} ({settings.TIME_ZONE})"
    shown = {
        "platform": settings.PLATFORM_NAME,
        "person": plain(person.name),
        "what": what,
        "title": title,
        "day": day,
        "why": "You lead it." if rotation.owner_id == person.pk else "You own secrets in it.",
        "rotation_url": entry.url,
        "person_url": register_address(person.get_absolute_url()),
    }
    return Message(
        identity=f"invitation-{row.pk}-{row.sequence}",
        subject=f"{what}: {title}, {row.on}",
        text=render_to_string("rotations/invitation.txt", shown),
        html=render_to_string("rotations/invitation.html", shown),
        slack="",
        calendar=invitation(entry, organizer=sender, guest=Attendee(person.name, row.address)),
    )


def _entry(row: Invitation, rotation: Rotation, on: date) -> Entry:
    register = calendar_version.register()
    is_cancelled = row.state == Invitation.State.CANCELLED
    leads = rotation.owner_id == row.person_id
    entry = day_of(rotation, on=on, register=register, only_of=None if leads else row.person)
    return replace(
        entry,
        # Of its own: a feed that tells of the same rotation belongs to nobody's invitations, and has other guests.
        uid=uid_of(register, "invitation", rotation.identity, row.person_id),
        sequence=row.sequence,
        revised_at=row.made_at,
        is_cancelled=is_cancelled,
        description="" if is_cancelled else entry.description,
    )
