"""An invitation asks a calendar to keep a rotation, tells it that it moved, and takes it away: once each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from contacts.models import Person
from inventory import schedule
from inventory.models import Secret
from rotations.calendar import Attendee, Entry
from rotations.invitations import invitation, organizer
from rotations.inviting import due, note_new
from rotations.models import Invitation, RotationItem
from rotations.outbox import Sent
from tests.factories import TODAY, make_person, make_rotation, make_secret
from tests.peers import Post, mail_server
from tests.rotations.invitation_reader import read_mail
from tests.rotations.inviting import DAY, NOW, change, got, rotation_of, send
from tests.rotations.reminding import an_act

pytestmark = pytest.mark.django_db
HOSTILE = 'Olga"; RSVP=TRUE:mailto:x@y\r\nMETHOD:CANCEL\r\nBcc: all@example.org <b>\N{MAN}\u202e,;\\n'


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as running:
        yield running


@pytest.fixture
def guest(owner: Person) -> Person:
    change(owner, invitations=True)
    return owner


def test_it_is_written_to_the_letter_of_the_standard() -> None:
    start = datetime(2026, 8, 14, 8, tzinfo=UTC)
    entry = Entry(
        uid="u@r",
        kind="Rotation",
        start=start,
        end=start + timedelta(hours=2),
        summary="Rotate, all",
        revised_at=datetime(2026, 7, 14, tzinfo=UTC),
        sequence=3,
    )
    asked = {
        "organizer": organizer("Northwind", "Register <r@example.org>"),
        "guest": Attendee("Olga", "o@example.org"),
    }

    part = invitation(entry, **asked)

    assert (part.method, part) == ("REQUEST", invitation(entry, **asked))
    assert part.content.decode().split("\r\n") == [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Secrets Index//Calendar feed//EN", "CALSCALE:GREGORIAN"),
        *("METHOD:REQUEST", "BEGIN:VEVENT", "SUMMARY:Rotate\\, all", "DTSTART:20260814T080000Z"),
        *("DTEND:20260814T100000Z", "DTSTAMP:20260714T000000Z", "UID:u@r", "SEQUENCE:3", "CATEGORIES:Rotation"),
        *("LAST-MODIFIED:20260714T000000Z", "STATUS:CONFIRMED", "TRANSP:OPAQUE"),
        "ORGANIZER;CN=Northwind:mailto:r@example.org",
        "ATTENDEE;CN=Olga;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIP",
        " ANT;RSVP=FALSE:mailto:o@example.org",
        *("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Rotate\\, all", "TRIGGER:-P1D", "END:VALARM"),
        *("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Rotate\\, all", "TRIGGER:-PT1H", "END:VALARM"),
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]


def test_what_cannot_be_written_is_refused() -> None:
    entry = Entry(uid="u", kind="", start=DAY, end=DAY, summary="", revised_at=NOW)

    with pytest.raises(ValueError, match="cannot be written"):
        invitation(entry, organizer=Attendee("", "r@example.org"), guest=Attendee("", "o@example.org"))


def test_a_guest_is_invited_told_of_the_move_and_of_the_end_once_each(post: Post, guest: Person) -> None:
    rotation = rotation_of(guest, None)

    first, again = send(), send()
    change(rotation, planned_on=DAY + timedelta(days=3))
    moved, moved_again = send(), send()
    change(rotation, state="cancelled")
    gone, gone_again = send(), send()

    one, none = Sent(delivered=1), Sent()
    assert [first, again, moved, moved_again, gone, gone_again] == [one, none, one, none, one, none]
    assert got(post) == [
        ("olga@example.org", "REQUEST", "0", "20260814"),
        ("olga@example.org", "REQUEST", "1", "20260817"),
        ("olga@example.org", "CANCEL", "2", "20260817"),
    ]
    [uid] = {read_mail(mail)["UID"] for mail in post.mails}
    assert not uid.startswith(str(rotation.identity))
    assert [str(mail["Subject"]) for mail in post.mails] == [
        "Invitation: Northwind Secrets Rotation - Production, 2026-08-14",
        "Moved: Northwind Secrets Rotation - Production, 2026-08-17",
        "Cancelled: Northwind Secrets Rotation - Production, 2026-08-17",
    ]


def test_a_guest_reads_of_their_own_secrets_and_the_lead_of_all(post: Post, guest: Person, colleague: Person) -> None:
    change(colleague, invitations=True)
    rotation_of(guest, None, owner=colleague)

    send()

    told = {str(mail["To"]): read_mail(mail)["DESCRIPTION"].count("prod/stripe/") for mail in post.mails}
    assert told == {"olga@example.org": 1, "cleo@example.org": 2}
    plain = {str(mail["To"]): mail.get_body(("plain",)).get_content() for mail in post.mails}
    assert "You own secrets in it." in plain["olga@example.org"]
    assert "You lead it." in plain["cleo@example.org"]


def test_a_secret_handed_over_takes_the_invitation_along(post: Post, guest: Person, colleague: Person) -> None:
    change(colleague, invitations=True)
    rotation_of(guest)
    send()
    change(Secret.objects.get(), owner=colleague)

    send()

    assert sorted(got(post)[1:]) == [
        ("cleo@example.org", "REQUEST", "0", "20260814"),
        ("olga@example.org", "CANCEL", "1", "20260814"),
    ]


@pytest.mark.parametrize("values", [{"invitations": False}, {"is_active": False}, {"email": ""}])
def test_who_wants_no_more_gets_one_last_message_and_can_come_back(
    post: Post, guest: Person, values: dict[str, Any]
) -> None:
    before = {name: getattr(guest, name) for name in values}
    rotation_of(guest)
    send()
    change(guest, **values)
    send()
    send()
    change(guest, **before)

    send()

    assert [(method, number) for _, method, number, _ in got(post)] == [
        ("REQUEST", "0"),
        ("CANCEL", "1"),
        ("REQUEST", "2"),
    ]
    assert set(post.recipients) == {"olga@example.org"}


def test_a_new_address_is_invited_after_the_former_one_was_cancelled(post: Post, guest: Person) -> None:
    rotation_of(guest)
    send()
    change(guest, email="new@example.org")

    send()
    send()
    send()

    assert [row[:3] for row in got(post)] == [
        ("olga@example.org", "REQUEST", "0"),
        ("olga@example.org", "CANCEL", "1"),
        ("new@example.org", "REQUEST", "2"),
    ]


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "draft"},
        {"state": "complete"},
        {"state": "cancelled"},
        {"planned_on": TODAY - timedelta(days=1)},
        {"planned_on": TODAY + timedelta(days=401)},
    ],
)
def test_nobody_is_invited_to_what_is_no_plan_or_out_of_sight(post: Post, guest: Person, facts: dict[str, Any]) -> None:
    rotation_of(guest, **{"owner": guest} | facts)

    assert (send(), post.mails) == (Sent(), [])


def test_who_did_not_ask_or_has_left_or_has_no_address_is_not_invited(post: Post, owner: Person) -> None:
    rotation_of(owner, make_person(invitations=True), make_person(invitations=True, email="g@x.org", is_active=False))

    assert (send(), Invitation.objects.count()) == (Sent(), 0)


def test_what_is_complete_or_over_is_said_nothing_of(post: Post, guest: Person) -> None:
    rotation = rotation_of(guest)
    over = make_rotation(planned_on=TODAY, owner=guest)
    send()
    with schedule.recording():
        change(RotationItem.objects.get(), outcome="rotated", rotated_on=TODAY)
    change(rotation, state="complete", completed_on=TODAY, old_alive_reason="Said for a test")
    change(over, owner=None)

    sent = send(TODAY + timedelta(days=1))

    assert (sent, len(post.mails)) == (Sent(), 2)


@pytest.mark.parametrize(("today", "cancelled"), [(DAY - timedelta(days=1), 1), (DAY, 0)])
def test_who_did_their_part_before_the_day_need_not_come(
    post: Post, guest: Person, today: date, cancelled: int
) -> None:
    rotation_of(guest, None)
    send()
    with schedule.recording():
        change(RotationItem.objects.get(secret__owner=guest), outcome="rotated", rotated_on=today)

    assert send(today) == Sent(delivered=cancelled)


def test_a_hostile_name_stays_a_name(post: Post) -> None:
    with an_act():
        person = Person.objects.create(name=HOSTILE, email="h@example.org", invitations=True)
    rotation_of(None, owner=person, title="</title>\r\nX: \N{MAN}, \\n")

    send()

    [mail] = post.mails
    event = read_mail(mail)
    assert (mail["Bcc"], post.recipients, event["METHOD"]) == (None, ["h@example.org"], "REQUEST")
    assert event["ATTENDEE"].endswith(" mailto:h@example.org")
    assert "<b>" not in mail.get_body(("html",)).get_content()


def test_without_a_mail_server_nothing_is_sent_or_written_down(guest: Person) -> None:
    rotation_of(guest)
    out = StringIO()

    call_command("send_invitations", stdout=out)

    assert Invitation.objects.count() == 0
    words = "0 invitations sent, 0 to be tried again, 0 undeliverable. Nothing can be sent: set EMAIL_URL.\n"
    assert out.getvalue() == words


def test_reminders_and_invitations_go_out_together_and_a_dry_run_says_which(post: Post, guest: Person) -> None:
    day = timezone.localdate() + timedelta(days=9)
    rotation = rotation_of(guest, planned_on=day)
    change(Secret.objects.get(), next_rotation_on=day + timedelta(days=300), next_rotation_reason="Later")
    dry, wet = StringIO(), StringIO()

    call_command("send_invitations", dry_run=True, stdout=dry)
    before = (len(post.mails), Invitation.objects.count())
    call_command("send_reminders", stdout=wet)

    assert before == (0, 0)
    assert dry.getvalue() == f"Olga Owner: {rotation}, {day}: invited\n1 invitation to be sent.\n"
    assert wet.getvalue() == "1 message sent, 0 to be tried again, 0 undeliverable.\n"
    assert read_mail(post.mails[0])["METHOD"] == "REQUEST"


@pytest.mark.parametrize("number", [1, 3])
def test_asking_what_is_due_costs_the_same_however_many(
    guest: Person, number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        make_rotation(planned_on=DAY, owner=guest, secrets=(make_secret(owner=guest),))
    with django_assert_num_queries(5):
        note_new(today=TODAY, now=NOW)

    with django_assert_num_queries(4):
        found = due(today=TODAY, now=NOW)

    assert [message.words for message in found] == ["invited"] * number
