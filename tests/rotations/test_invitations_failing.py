"""What cannot be sent is tried again with growing waits, and a message that may have arrived does no harm twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from audit.models import User
from contacts.models import Person
from rotations.models import Invitation
from rotations.outbox import Sent
from tests.factories import TODAY, make_rotation
from tests.peers import Post, mail_server
from tests.rotations.inviting import DAY, NOW, change, got, rotation_of, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as running:
        yield running


@pytest.fixture
def guest(owner: Person) -> Person:
    change(owner, invitations=True)
    return owner


def test_a_server_that_is_down_is_asked_by_one_message_with_growing_waits(guest: Person) -> None:
    rotation_of(guest)
    make_rotation(planned_on=DAY, owner=guest)
    with mail_server() as gone:
        port = gone.port
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    settings = {"EMAIL_BACKEND": smtp, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port, "EMAIL_TIMEOUT": 2}
    minutes = (0, 0.9, 1, 2.9, 3, 6.9, 7)
    with override_settings(SENDS_MAIL=True, **settings):
        tried = [send(now=NOW + timedelta(minutes=minute)).later for minute in minutes]
    with mail_server() as post:
        sent = send(now=NOW + timedelta(days=3))

    assert tried == [1, 0, 1, 0, 1, 0, 1]
    assert (sent, [row[:3] for row in got(post)]) == (Sent(delivered=2), [("olga@example.org", "REQUEST", "0")] * 2)


def test_an_address_that_is_refused_is_left_alone_until_it_is_another(post: Post, guest: Person) -> None:
    rotation_of(guest)
    post.refused["olga@example.org"] = "550 Unknown"

    tried = [send(), send(TODAY + timedelta(days=2))]

    assert tried == [Sent(never=1), Sent()]
    assert Invitation.objects.get().error == "The mail server refuses the address (550)."
    change(guest, email="new@example.org")
    assert [send(), send()] == [Sent(never=1), Sent(delivered=1)]
    assert got(post) == [("new@example.org", "REQUEST", "2", "20260814")]


def test_what_could_not_be_delivered_is_shown_until_its_day(
    post: Post, guest: Person, client: Client, security: User
) -> None:
    today = timezone.localdate()
    rotation = rotation_of(guest, planned_on=today + timedelta(days=9))
    post.refused["olga@example.org"] = "550 Unknown"
    client.force_login(security)
    send(today, now=timezone.now())

    pages = [client.get(page).content.decode() for page in ("/reminders/", "/")]
    Invitation.objects.update(on=today - timedelta(days=1))
    later = client.get("/reminders/").content.decode()

    assert "Not invited" in pages[0]
    assert rotation.get_absolute_url() in pages[0]
    assert "1 invitation could not be delivered" in pages[1]
    assert "Not invited" not in later


def test_who_was_killed_while_sending_sends_the_same_again(post: Post, guest: Person) -> None:
    rotation_of(guest)
    send()
    Invitation.objects.update(is_settled=False, claimed_at=NOW)

    soon, later = send(now=NOW + timedelta(minutes=9)), send(now=NOW + timedelta(minutes=11))

    assert (soon, later) == (Sent(), Sent(delivered=1))
    first, second = (list(mail.iter_parts())[-1].get_content() for mail in post.mails)
    assert first == second
    assert post.mails[0]["Message-ID"] == post.mails[1]["Message-ID"]


def test_a_rotation_that_moves_before_the_second_try_is_told_with_a_greater_number(post: Post, guest: Person) -> None:
    rotation = rotation_of(guest)
    post.answer = "451 Later"
    send()
    change(rotation, planned_on=DAY + timedelta(days=1))
    post.answer = "250 OK"

    send()

    assert got(post) == [("olga@example.org", "REQUEST", "1", "20260815")]


def test_what_cannot_be_written_holds_back_no_other(post: Post, guest: Person, settings: Any) -> None:
    settings.ROTATION_START_TIME = time(23, 30)
    rotation = rotation_of(guest)
    send()
    change(rotation, planned_on=date.max)
    make_rotation(planned_on=DAY, owner=guest)

    tried = [send(), send()]

    assert tried == [Sent(delivered=1, never=1), Sent()]
    assert Invitation.objects.get(rotation=rotation).error == "The invitation cannot be written."
