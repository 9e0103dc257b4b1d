"""The page of reminders, and the answers to messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.html import strip_tags

from audit.acts import acting
from audit.models import ChangeSet, User
from config.logging import mask
from contacts.models import Person
from rotations.answer_keys import SALT, answer_key
from rotations.collecting import collect
from rotations.models import Acknowledgement, Reminder, ReminderMessage
from rotations.upcoming_reminders import week
from tests.factories import TODAY, make_person, make_rotation, make_secret, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail():
    with override_settings(SENDS_MAIL=True):
        yield


def today_plus(days: int):
    return timezone.localdate() + timedelta(days=days)


def told(*people: Person) -> ReminderMessage:
    """Make a secret of each that is due today, and say that all were told."""
    for person in people:
        make_secret(name=f"prod/a/of-{person.pk}", owner=person, next_rotation_on=today_plus(0))
    now = timezone.now()
    collect(today=timezone.localdate(now), now=now)
    ReminderMessage.objects.update(state="sent", sent_at=now, count=1)
    return ReminderMessage.objects.get(person=people[0])


def words(client: Client, address: str = "/reminders/") -> str:
    return " ".join(strip_tags(client.get(address).content.decode().replace("<", " <")).split())


def address_of(message: ReminderMessage) -> str:
    return f"/reminders/answer/{answer_key(message)}/"


def test_the_page_says_what_was_sent_and_what_will_be(client: Client, owner: Person, auditor: User):
    told(owner)
    make_secret(name="prod/b/later", owner=owner, next_rotation_on=today_plus(9))
    client.force_login(auditor)

    said = words(client)

    assert f"of-{owner.pk}" in said
    assert "1 message, the latest first" in said
    day = today_plus(1)
    assert f"{day:%A} {day} Olga Owner 1" in said  # overdue from tomorrow on
    day = today_plus(2)
    assert f"{day:%A} {day} Olga Owner 1" in said  # a week before


def test_the_page_of_a_new_register_says_what_is_missing(client: Client, auditor: User):
    client.force_login(auditor)

    assert "Nothing was sent yet. Whoever runs the register starts manage.py send_reminders --loop" in words(client)
    with override_settings(SENDS_MAIL=False):
        assert "Nothing is sent. Neither e-mail nor Slack is set up" in words(client)
    assert "No message yet." in words(client)
    assert "Nothing will be sent this week." in words(client)


def test_what_could_not_be_delivered_stands_first(client: Client, owner: Person, auditor: User):
    message = told(owner)
    ReminderMessage.objects.filter(pk=message.pk).update(state="undeliverable", error="The server refuses it (550).")
    client.force_login(auditor)

    assert "Could not be delivered In the last seven days" in words(client)
    assert "The server refuses it (550)." in words(client)


@pytest.mark.parametrize("number", [1, 3, 20])
def test_the_page_costs_the_same_however_much_was_sent(
    client: Client, owner: Person, django_assert_num_queries: Callable[[int], Any], number: int
):
    told(owner, *[make_person(email=f"p{count}@example.org") for count in range(number)])
    client.force_login(owner.account)
    client.get("/reminders/")

    with django_assert_num_queries(13):
        client.get("/reminders/")


def test_this_week_is_what_is_sent_when_the_days_come(owner: Person, backup_owner: Person):
    from tests.rotations.reminding import gather, sent, told_until

    for after in (-20, -2, 1, 8, 9, 33, 40):
        make_secret(owner=owner, backup_owner=backup_owner, next_rotation_on=TODAY + timedelta(days=after))
    make_secret(owner=backup_owner)
    make_secret()
    rotation = make_rotation(owner=owner)
    with acting(actor=None, source="system", reason="Made for a test"):
        rotation.tasks.create(kind="clean_up", words="Revoke", due_on=TODAY + timedelta(days=2))
    gather()
    sent()

    ahead = {day.on: {each.person.name: each.count for each in day.people} for day in week(today=TODAY)}

    days = told_until(TODAY + timedelta(days=7), first=TODAY + timedelta(days=1))
    assert ahead == {day: {name: len(things) for name, things in found.items()} for day, found in days.items()}


def test_people_quiet_their_own_messages_from_the_page(client: Client, owner: Person, colleague: Person):
    told(owner, colleague)
    mine, others = (Reminder.objects.get(person=person) for person in (owner, colleague))
    client.force_login(owner.account)

    answer = client.post(
        "/reminders/quiet/", {"ids": [mine.pk, others.pk], "until_on": str(today_plus(5))}, follow=True
    )

    assert "Quiet until" in answer.content.decode()
    row = Acknowledgement.objects.get()
    assert (row.person, row.secret, row.due_on, row.until_on, row.by) == (
        owner,
        mine.secret,
        today_plus(0),
        today_plus(5),
        owner.account,
    )
    assert row.history.get().change_set.actor == owner.account


def test_people_end_the_quiet_that_they_asked_for(client: Client, owner: Person, colleague: Person):
    told(owner, colleague)
    mine = Reminder.objects.get(person=owner)
    client.force_login(owner.account)
    client.post("/reminders/quiet/", {"ids": [mine.pk], "until_on": str(today_plus(5))})
    row = Acknowledgement.objects.get()
    page = f"/reminders/quiet/{row.pk}/end/"

    client.force_login(colleague.account)
    by_another = client.post(page).status_code
    client.force_login(owner.account)
    shown, answer = words(client), client.post(page, follow=True).content.decode()

    assert (by_another, "Tell me again" in shown) == (404, True)
    assert f"You are told of {mine.secret} again." in answer
    assert not Acknowledgement.objects.exists()
    assert row.history.latest("history_id").history_type == "-"


@pytest.mark.parametrize(
    ("until", "said"), [(-1, "Choose today or a day to come."), (32, "Choose a day within 31 days")]
)
def test_quiet_is_for_a_while(client: Client, owner: Person, until: int, said: str):
    message = told(owner)
    sent = {"ids": [message.reminders.get().pk], "until_on": str(today_plus(until))}
    client.force_login(owner.account)

    inside = client.post("/reminders/quiet/", sent, follow=True).content.decode()
    client.logout()
    by_link = client.post(address_of(message), sent).content.decode()

    assert (said in inside, said in by_link, Acknowledgement.objects.count()) == (True, True, 0)


def test_opening_the_link_changes_nothing_and_the_button_does(client: Client, owner: Person):
    message = told(owner)
    address, day = address_of(message), str(today_plus(7))

    shown = [client.get(address), client.head(address), client.get(address, {"ids": 1, "until_on": day})]
    opened = Acknowledgement.objects.count()
    answer = client.post(address, {"ids": [message.reminders.get().pk], "until_on": day}, follow=True)

    assert ([page.status_code for page in shown], opened) == ([200] * 3, 0)
    assert "You get no messages of these until the days below." in answer.content.decode()
    row = Acknowledgement.objects.get()
    assert (row.person, str(row.until_on), row.by) == (owner, day, None)
    entry = row.history.get().change_set
    assert (entry.actor, entry.source) == (None, ChangeSet.Source.SYSTEM)
    assert entry.reason == f"Olga Owner answered the message of {today_plus(0)} by its link: quiet until {day}"


def test_a_link_is_for_its_own_message_and_person(client: Client, owner: Person, colleague: Person):
    message = told(owner, colleague)
    others = Reminder.objects.get(person=colleague)

    answer = client.post(address_of(message), {"ids": [others.pk], "until_on": str(today_plus(7))})

    assert ("Tick what you know of." in answer.content.decode(), Acknowledgement.objects.count()) == (True, 0)


def test_a_link_opens_no_other_page_and_no_session(client: Client, owner: Person):
    message = told(owner)

    client.get(address_of(message))

    assert client.session.get("_auth_user_id") is None
    assert client.get("/reminders/").status_code == 302
    assert client.get(f"/calendar/{answer_key(message)}.ics").status_code == 404


def test_a_forged_changed_old_or_other_key_opens_nothing(
    client: Client, owner: Person, monkeypatch: pytest.MonkeyPatch
):
    message = told(owner)
    key = answer_key(message)
    pair = [message.pk, message.person_id]
    forged = [
        key[:-1] + ("A" if key[-1] != "A" else "B"),
        signing.dumps(pair, salt="another"),
        signing.dumps([message.pk, make_person().pk], salt=SALT),
        signing.dumps("words", salt=SALT),
        signing.dumps(pair, salt=SALT, key="another key"),
        "x",
    ]
    with monkeypatch.context() as patch:
        patch.setattr("time.time", lambda: timezone.now().timestamp() - 32 * 24 * 3600)
        old = answer_key(message)

    assert [client.get(f"/reminders/answer/{each}/").status_code for each in [*forged, old]] == [404] * 7
    assert client.get(f"/reminders/answer/{key}/").status_code == 200


def test_who_left_cannot_answer(client: Client, owner: Person):
    message = told(owner)
    with acting(actor=None, source="system", reason="Left"):
        Person.objects.filter(pk=owner.pk).update(is_active=False)

    assert client.get(address_of(message)).status_code == 404


def test_a_form_from_elsewhere_is_refused(owner: Person):
    message = told(owner)
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(address_of(message), {"ids": [message.reminders.get().pk], "until_on": str(today_plus(7))})

    assert (answer.status_code, Acknowledgement.objects.count()) == (403, 0)


def test_a_message_whose_things_are_done_says_so(client: Client, owner: Person):
    message = told(owner)
    with acting(actor=None, source="system", reason="Retired"):
        owner.secrets.update(status="retired")

    assert "Nothing is left of this message." in words(client, address_of(message))


def test_asking_again_moves_the_day(client: Client, owner: Person):
    message = told(owner)
    for days in (7, 3):
        client.post(address_of(message), {"ids": [message.reminders.get().pk], "until_on": str(today_plus(days))})

    assert list(Acknowledgement.objects.values_list("until_on", flat=True)) == [today_plus(3)]


def test_no_key_stands_in_a_log_or_a_browsers_memory(client: Client, owner: Person):
    message = told(owner)
    address = address_of(message)

    answer = client.get(address)

    assert mask(f'"GET {address} HTTP/1.1" 200') == '"GET /reminders/answer/[key]/ HTTP/1.1" 200'
    assert "no-store" in answer["Cache-Control"]


def test_an_account_without_a_person_has_nothing_of_its_own(client: Client, security: User):
    client.force_login(security)

    assert "You were told of" not in words(client)
    assert client.post("/reminders/quiet/", {}).status_code == 403


def test_who_ticks_nothing_is_told_so(client: Client, owner: Person):
    client.force_login(owner.account)

    answer = client.post("/reminders/quiet/", {"until_on": str(today_plus(1))}, follow=True)

    assert "Tick what you know of, then ask for quiet." in answer.content.decode()
    assert make_user().pk
