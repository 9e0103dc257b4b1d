"""Whatever happens in whatever order: the last message that each person got of a rotation says what is true."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.models import Person
from inventory.models import Secret
from rotations.models import Rotation, RotationItem
from tests.factories import TODAY, make_person, make_rotation, make_secret
from tests.peers import Post, mail_server
from tests.rotations.invitation_reader import read_mail
from tests.rotations.inviting import NOW, change, send

PEOPLE, SECRETS = ("Ada", "Bo"), ("prod/stripe/a", "prod/stripe/b")
DAYS = st.integers(1, 60).map(lambda days: TODAY + timedelta(days=days))
STEPS = st.one_of(
    st.tuples(st.just("move"), st.none(), DAYS),
    st.tuples(st.just("state"), st.none(), st.sampled_from(["planned", "in_progress", "draft", "cancelled"])),
    st.tuples(st.just("lead"), st.none(), st.none() | st.sampled_from(PEOPLE)),
    st.tuples(st.just("hand over"), st.sampled_from(SECRETS), st.none() | st.sampled_from(PEOPLE)),
    st.tuples(st.just("outcome"), st.sampled_from(SECRETS), st.sampled_from(["open", "skipped"])),
    st.tuples(st.just("wants"), st.sampled_from(PEOPLE), st.booleans()),
    st.tuples(st.just("active"), st.sampled_from(PEOPLE), st.booleans()),
    st.tuples(st.just("mail server"), st.none(), st.sampled_from(["250 OK", "451 Later"])),
    st.tuples(st.just("send"), st.none(), st.none()),
)


def named(name: str | None) -> Person | None:
    return Person.objects.get(name=name) if name else None


def take(step: tuple[str, Any, Any], post: Post, minutes: int) -> None:
    what, whom, value = step
    rotation = Rotation.objects.get()
    match what:
        case "move":
            change(rotation, planned_on=value)
        case "state":
            change(rotation, state=value)
        case "lead":
            change(rotation, owner=named(value))
        case "hand over":
            change(Secret.objects.get(name=whom), owner=named(value))
        case "outcome":
            change(RotationItem.objects.get(secret__name=whom), outcome=value, note="Said for a test")
        case "wants":
            change(named(whom), invitations=value)
        case "active":
            change(named(whom), is_active=value)
        case "mail server":
            post.answer = value
        case "send":
            send(now=NOW + timedelta(minutes=minutes))


def true_day(person: Person) -> date | None:
    """Return the day that `person` should have in their calendar, read from the rows one by one."""
    rotation = Rotation.objects.get()
    if not (person.invitations and person.is_active) or rotation.state not in ("planned", "in_progress"):
        return None
    owns = any(item.outcome == "open" and item.secret.owner_id == person.pk for item in rotation.items.all())
    return rotation.planned_on if owns or rotation.owner_id == person.pk else None


def shown_day(mails: list[Any], person: Person) -> str:
    """Return the day that a calendar shows which keeps, of each event, the message of the greatest number."""
    events = [read_mail(mail) for mail in mails if mail["To"] == person.email]
    numbers = [int(event["SEQUENCE"]) for event in events]
    assert numbers == sorted(set(numbers))
    assert len({event["UID"] for event in events}) <= 1
    return events[-1]["DTSTART"][:8] if events and events[-1]["METHOD"] == "REQUEST" else ""


@pytest.mark.django_db
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
def test_the_last_message_says_what_is_true(steps: list[tuple[str, Any, Any]]) -> None:
    with transaction.atomic(), mail_server() as post:
        people = [make_person(name=name, email=f"{name}@example.org", invitations=True) for name in PEOPLE]
        secrets = tuple(make_secret(name=name, owner=people[0]) for name in SECRETS)
        make_rotation(planned_on=TODAY + timedelta(days=30), secrets=secrets, owner=people[1])
        for number, step in enumerate(steps):
            # What a rule refuses changes nothing.
            with suppress(ValidationError), transaction.atomic():
                take(step, post, number)
        post.answer = "250 OK"
        send(now=NOW + timedelta(hours=2))
        quiet = send(now=NOW + timedelta(hours=3))
        found = Person.objects.filter(name__in=PEOPLE)

        days = {person.name: (day := true_day(person)) and f"{day:%Y%m%d}" for person in found}
        assert {person.name: shown_day(post.mails, person) or None for person in found} == days
        assert (quiet.delivered, quiet.later, quiet.never) == (0, 0, 0)
        transaction.set_rollback(True)
