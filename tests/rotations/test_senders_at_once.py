"""Many senders at the same moment, and one that is killed: each message once, and none lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from rotations.abandoned import ABANDONED
from rotations.models import Reminder, ReminderMessage
from tests.factories import make_person, make_secret
from tests.peers import mail_server, slack_server

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]


def people(number: int, **fields: str) -> None:
    due_on = timezone.localdate() + timedelta(days=30)
    for count in range(number):
        person = make_person(email=f"p{count}@example.org", **fields)
        for _ in range(2):
            make_secret(owner=person, next_rotation_on=due_on)


def at_once(number: int, act: Callable[[], object]) -> None:
    together = threading.Barrier(number)

    def run(_: int) -> None:
        together.wait(20)
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as threads:
        list(threads.map(run, range(number)))


def test_eight_senders_at_once_send_each_message_once() -> None:
    people(40)
    with mail_server() as post:
        at_once(8, lambda: call_command("send_reminders", stdout=StringIO()))

    assert Counter(post.recipients) == {f"p{count}@example.org": 1 for count in range(40)}
    assert Counter(ReminderMessage.objects.values_list("state", flat=True)) == {"sent": 40}
    assert Reminder.objects.count() == 80


def test_a_slow_slack_holds_back_no_mail() -> None:
    people(3, told_by="both", slack_user_id="U1")
    with mail_server() as post, slack_server() as slack:
        slack.hold = threading.Event()
        sender = threading.Thread(
            target=lambda: (call_command("send_reminders", stdout=StringIO()), connection.close())
        )
        sender.start()
        until(lambda: len(post.mails) == 3)
        sent = ReminderMessage.objects.filter(channel="slack", state="sent").count()
        slack.hold.set()
        sender.join(20)

    assert (sent, len(slack.said)) == (0, 3)


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_sender_that_is_killed_repeats_nothing_that_is_known_to_be_sent_and_loses_nothing() -> None:
    people(12, told_by="slack", slack_user_id="U1")
    with slack_server() as slack:
        slack.hold, slack.hold_after = threading.Event(), 4
        sender = _sender_of_its_own(slack.address)
        try:
            until(lambda: len(slack.said) == 5, 60)
        finally:
            os.killpg(sender.pid, signal.SIGKILL)
            sender.wait(20)
            slack.hold.set()
        until(lambda: not _is_busy())
        known = set(ReminderMessage.objects.filter(state="sent").values_list("person__name", flat=True))
        left = ReminderMessage.objects.filter(state="sending")
        [unknown] = left.values_list("person__name", flat=True)
        left.update(claimed_at=timezone.now() - 2 * ABANDONED)
        call_command("send_reminders", stdout=StringIO())

    said = [
        (said["text"].splitlines()[0].rpartition("for ")[2], "may have got this" in said["text"]) for said in slack.said
    ]
    times = Counter(name for name, _ in said)
    assert (len(known), len(times)) == (4, 12)
    assert {name: count for name, count in times.items() if count > 1} == {unknown: 2}
    assert [name for name, maybe in said if maybe] == [unknown]
    assert set(ReminderMessage.objects.values_list("state", flat=True)) == {"sent"}


def test_a_loop_goes_on_without_its_database_and_ends_after_the_message_under_way() -> None:
    people(1, told_by="slack", slack_user_id="U1")
    with slack_server() as slack:
        loop = _sender_of_its_own(slack.address, "--loop")
        try:
            until(lambda: len(slack.said) == 1, 60)
            _cut_off_others()
            slack.hold = threading.Event()
            with transaction.atomic():  # the loop, which never rests, finds both or none
                for count in range(2):
                    person = make_person(email=f"later{count}@example.org", told_by="slack", slack_user_id="U2")
                    make_secret(owner=person, next_rotation_on=timezone.localdate())
            until(lambda: len(slack.said) == 2)
            loop.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            slack.hold.set()
            ended = loop.wait(20)
        finally:
            loop.kill()
            loop.wait(20)

    assert (ended, len(slack.said)) == (0, 2)
    assert Counter(ReminderMessage.objects.values_list("state", flat=True)) == {"sent": 2, "waiting": 1}


def _cut_off_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] >= 1


def _sender_of_its_own(slack: str, *words: str) -> subprocess.Popen[bytes]:
    """Start `send_reminders` on the database of this test, with a Slack on this machine; a loop never rests."""
    database = connection.settings_dict
    code = (
        "import os, django; from django.conf import settings; django.setup();"
        f"settings.DATABASES['default']['NAME'] = {database['NAME']!r};"
        f"settings.SLACK_API_URL = {f'{slack}/api/'!r};"
        "from datetime import time; settings.REMINDER_TIME = time(0);"
        "from rotations.management.commands import send_reminders;"
        "send_reminders.LOOK_SECONDS, send_reminders.GATHER_SECONDS = 0.1, 0;"
        f"from django.core.management import call_command; call_command('send_reminders', *{words!r})"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "SLACK_TOKEN": "a-token"}
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)


def _is_busy() -> bool:
    """Return whether the server still works for somebody else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return bool(cursor.fetchone()[0])
