"""Messages are sent once, tried again with growing waits, and go to the next on the path where they must."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from audit.acts import acting
from contacts.models import Absence, Person
from inventory.models import Secret
from rotations.models import Reminder, ReminderMessage
from rotations.outbox import Sent, send_waiting
from tests.factories import TODAY, make_clean_up, make_person, make_rotation, make_secret, make_type
from tests.peers import Post, mail_server, slack_server
from tests.rotations.reminding import at, gather

pytestmark = pytest.mark.django_db
NOW = at(TODAY)
HOSTILE = '<script>alert("x")</script>\r\nBcc: all@example.org'


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as running:
        yield running


@pytest.fixture
def key(owner: Person, backup_owner: Person) -> Secret:
    return make_secret(name="prod/stripe/key", owner=owner, backup_owner=backup_owner, next_rotation_on=TODAY)


def an_act() -> Any:
    return acting(actor=None, source="system", reason="Made for a test")


def send(channel: str = "email", *, now: datetime = NOW) -> Sent:
    return send_waiting(channel, today=TODAY, clock=lambda: now)


def states() -> list[tuple[str, str, int]]:
    rows = ReminderMessage.objects.order_by("person__name", "channel")
    return list(rows.values_list("person__name", "state", "attempts"))


def text_of(mail: Any, kind: str = "plain") -> str:
    return mail.get_body((kind,)).get_content()


def test_everybody_gets_one_message_about_everything(post: Post, key: Secret, owner: Person) -> None:
    make_secret(name="prod/a/late", owner=owner, next_rotation_on=TODAY - timedelta(days=8))
    make_secret(name="prod/b/undated", owner=owner)
    with an_act():
        task = make_clean_up(title="Everything at Stripe", owner=owner)
    gather()

    sent, again = send(), send()

    assert (sent, again) == (Sent(delivered=2), Sent())
    mine = next(mail for mail in post.mails if mail["To"] == "olga@example.org")
    assert mine["Subject"] == "Northwind: 4 reminders, 1 overdue"
    words = [line.strip() for line in text_of(mine).splitlines() if line.strip()]
    assert words[:17] == [
        "Olga Owner, 4 reminders from the secrets index of Northwind, 1 overdue.",
        "* prod/a/late",
        "Rotate: 8 days overdue, 2026-07-06",
        "You own it.",
        "It stands for what was to be sent on 2026-07-13.",
        "http://testserver/secrets/prod/a/late/",
        "* Everything at Stripe: Revoke",
        "Clean-up: today, 2026-07-14",
        "You lead the rotation.",
        f"http://testserver/rotations/{task.rotation_id}/",
        "* prod/stripe/key",
        "Rotate: today, 2026-07-14",
        "You own it.",
        "http://testserver/secrets/prod/stripe/key/",
        "* prod/b/undated",
        "No next rotation, since 2026-07-14",
        "You own it.",
    ]
    assert states() == [("Ben Backup", "sent", 1), ("Olga Owner", "sent", 1)]


def test_a_message_says_for_when_its_secret_is_planned(post: Post, owner: Person) -> None:
    for name, title in (("prod/a/one", "Everything\tat Stripe"), ("prod/a/two", "")):
        secret = make_secret(name=name, owner=owner, next_rotation_on=TODAY)
        make_rotation(secrets=(secret,), planned_on=TODAY + timedelta(days=3), title=title)
        make_rotation(secrets=(secret,), planned_on=TODAY + timedelta(days=4), title="Later")
    gather()

    send()

    said = [line.strip() for line in text_of(post.mails[0]).splitlines() if "Rotate:" in line]
    assert said == [
        "Rotate: today, 2026-07-14. Planned for 2026-07-17, Everything at Stripe",
        "Rotate: today, 2026-07-14. Planned for 2026-07-17",
    ]


def test_a_hostile_name_is_text_in_every_form(post: Post, owner: Person) -> None:
    with an_act():
        person = Person.objects.create(name=HOSTILE, email="hostile@example.org", told_by="both", slack_user_id="U1")
        make_clean_up(title="<!channel> </ul>\n* forged", owner=person)
    with slack_server() as slack:
        gather()
        send()
        send("slack")

    [mail], [said] = post.mails, slack.said
    assert (mail["Bcc"], post.recipients) == (None, ["hostile@example.org"])
    assert "<script>" not in text_of(mail, "html")
    assert "&lt;script&gt;" in text_of(mail, "html")
    assert "* forged" not in [line.strip() for line in text_of(mail).splitlines()]
    assert "<!channel>" not in said["text"]
    assert "&lt;!channel&gt; &lt;/ul&gt; * forged: Revoke" in said["text"]


def test_a_server_that_is_down_is_tried_again_later_and_once_for_all(key: Secret) -> None:
    with mail_server() as gone:
        port = gone.port
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    settings = {"EMAIL_BACKEND": smtp, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port, "EMAIL_TIMEOUT": 2}
    with override_settings(SENDS_MAIL=True, **settings):
        gather()
        first = send()
        too_soon = send(now=NOW + timedelta(seconds=59))
        again = send(now=NOW + timedelta(seconds=60))
        waits = set(ReminderMessage.objects.values_list("next_attempt_at", flat=True))

    assert (first, too_soon, again) == (Sent(later=1), Sent(), Sent(later=1))
    assert sum(attempts for _, _, attempts in states()) == 2
    assert waits <= {NOW + timedelta(seconds=120), NOW + timedelta(seconds=180)}


def test_a_slack_that_asks_to_wait_is_left_alone_for_as_long_and_mail_goes_on(post: Post, owner: Person) -> None:
    with an_act():
        for number in range(3):
            person = make_person(email=f"p{number}@example.org", told_by="both", slack_user_id=f"U{number}")
            make_secret(owner=person, next_rotation_on=TODAY + timedelta(days=30))
    with slack_server() as slack:
        slack.answers = [(429, {"Retry-After": "600"}, "")]
        gather()
        asked, mailed = send("slack"), send("email")
        early = send("slack", now=NOW + timedelta(seconds=599))
        late = send("slack", now=NOW + timedelta(seconds=600))

    assert (asked, mailed, early, late) == (Sent(later=1), Sent(delivered=3), Sent(), Sent(delivered=3))
    assert len(slack.said) == 4


def test_an_address_that_is_refused_sends_the_next_on_the_path(post: Post, owner: Person, backup_owner: Person) -> None:
    make_secret(
        name="prod/a/key",
        owner=owner,
        backup_owner=backup_owner,
        next_rotation_on=timezone.localdate() + timedelta(days=30),
    )
    post.refused["olga@example.org"] = "550 Unknown"
    out = StringIO()

    call_command("send_reminders", stdout=out)

    assert states() == [("Ben Backup", "sent", 1), ("Olga Owner", "undeliverable", 1)]
    assert out.getvalue() == "1 message sent, 0 to be tried again, 1 undeliverable.\n"
    [mail] = post.mails
    assert "What was sent to Olga Owner lately could not be delivered." in text_of(mail).replace("\n  ", " ")
    assert ReminderMessage.objects.get(person=owner).error == "The mail server refuses the address (550)."


def test_who_cannot_be_reached_for_a_day_is_given_up(key: Secret, post: Post) -> None:
    post.answer = "451 Try later"
    gather()

    send()
    send(now=NOW + timedelta(hours=24))
    before = states()
    send(now=NOW + timedelta(hours=26))

    assert {state for _, state, _ in before} == {"waiting"}
    assert {state for _, state, _ in states()} == {"undeliverable"}


def test_what_was_rotated_a_moment_ago_is_not_sent(post: Post, key: Secret) -> None:
    gather()
    with an_act():
        key.next_rotation_on = TODAY + timedelta(days=90)
        key.save()

    sent = send()

    assert (sent, post.mails, states()) == (Sent(), [], [])


def test_who_was_killed_while_sending_leaves_a_message_that_comes_again_and_says_so(post: Post, key: Secret) -> None:
    gather()
    ReminderMessage.objects.update(state="sending", claimed_at=NOW, attempts=1)

    soon, later = send(now=NOW + timedelta(minutes=9)), send(now=NOW + timedelta(minutes=11))

    assert (soon, later) == (Sent(), Sent(delivered=2))
    for mail in post.mails:
        assert "You may have got this message already: sending it was interrupted." in text_of(mail)
    numbers = {str(mail["Message-ID"]) for mail in post.mails}
    assert numbers == {f"<reminders-{m.pk}-20260714@testserver>" for m in ReminderMessage.objects.all()}


def test_who_comes_late_to_settle_does_not_undo_what_another_did(
    post: Post, key: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    gather()
    from rotations import outbox

    def slowly(*args: Any) -> Any:
        ReminderMessage.objects.filter(state="sending").update(state="sent", claimed_at=NOW + timedelta(hours=1))
        return outbox.Outcome.never("Too late")

    monkeypatch.setattr(outbox, "deliver", slowly)
    send()

    assert {state for _, state, _ in states()} == {"sent"}


def test_many_things_are_counted_and_not_all_named(post: Post, owner: Person) -> None:
    for number in range(60):
        make_secret(name=f"prod/a/key-{number}", owner=owner, next_rotation_on=TODAY + timedelta(days=30))
    gather()

    send()

    [mail] = post.mails
    assert (text_of(mail).count("* prod/a/"), "And 10 more: http://testserver/reminders/" in text_of(mail)) == (
        50,
        True,
    )


def test_a_dry_run_says_what_would_be_sent_and_leaves_nothing(post: Post, owner: Person) -> None:
    day = timezone.localdate() + timedelta(days=30)
    make_secret(name="prod/a/key", owner=owner, next_rotation_on=day)
    out = StringIO()

    call_command("send_reminders", dry_run=True, stdout=out)

    assert out.getvalue().splitlines() == [
        "Olga Owner, by E-mail:",
        f"  prod/a/key. Rotate: in 30 days, {day}. You own it.",
        "1 new reminder; of 0 things nobody can be told.",
    ]
    assert (post.mails, Reminder.objects.count(), ReminderMessage.objects.count()) == ([], 0, 0)


def test_where_nothing_is_set_up_nothing_is_sent_and_it_is_said(key: Secret) -> None:
    out = StringIO()

    call_command("send_reminders", stdout=out)

    assert out.getvalue() == (
        "0 messages sent, 0 to be tried again, 0 undeliverable."
        " Nothing can be sent: set EMAIL_URL, SLACK_TOKEN or SLACK_WEBHOOKS.\n"
    )


def test_who_is_away_gets_nothing_and_is_told_on_return(post: Post, key: Secret, owner: Person) -> None:
    with an_act():
        Absence.objects.create(person=owner, first_on=TODAY, last_on=TODAY)
        make_type(name="Unrelated")
    gather()
    send()
    first = list(post.recipients)
    gather(TODAY + timedelta(days=1))
    send_waiting("email", today=TODAY + timedelta(days=1), clock=lambda: NOW + timedelta(days=1))

    assert (first, sorted(post.recipients[len(first) :])) == (
        ["ben@example.org"],
        ["ben@example.org", "olga@example.org"],
    )
