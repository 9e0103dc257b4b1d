"""What tests of invitations share: rotations with guests, sending, and what arrived."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from contacts.models import Person
from rotations.invitation_outbox import send_invitations
from rotations.models import Rotation
from rotations.outbox import Sent
from tests.factories import TODAY, make_environment, make_rotation, make_secret
from tests.peers import Post
from tests.rotations.invitation_reader import read_mail
from tests.rotations.reminding import an_act, at

NOW = at(TODAY)
DAY = date(2026, 8, 14)


def change(row: Any, **values: Any) -> None:
    with an_act():
        for name, value in values.items():
            setattr(row, name, value)
        row.save()


def rotation_of(*owners: Person | None, **facts: Any) -> Rotation:
    secrets = tuple(make_secret(name=f"prod/stripe/key-{n}", owner=owner) for n, owner in enumerate(owners))
    return make_rotation(**{"environment": make_environment(), "planned_on": DAY, "secrets": secrets} | facts)


def send(today: date = TODAY, *, now: datetime | None = None) -> Sent:
    return send_invitations(today=today, clock=lambda: now or at(today))


def got(post: Post) -> list[tuple[str, str, str, str]]:
    """Return what arrived: to whom, the method, the number and the day."""
    read_all = [(str(mail["To"]), read_mail(mail)) for mail in post.mails]
    return [(to, event["METHOD"], event["SEQUENCE"], event["DTSTART"][:8]) for to, event in read_all]
