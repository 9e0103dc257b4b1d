"""What gathering reminders costs, beside a loop of get_or_create over the same ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.test import override_settings

from audit.acts import acting
from audit.models import ChangeSet, User
from bench.filling import TODAY
from bench.measure import once, say
from contacts.escalation import call_order
from contacts.models import Person
from inventory.models import Secret
from rotations.collecting import Collected, collect
from rotations.models import Reminder
from rotations.upcoming_reminders import week

# A loop over all of them would take minutes: its cost grows with their number and nothing else.
LOOPED, ASKED = 5_000, 500
DAY = TODAY + timedelta(days=1)


def run(security: User, size: int) -> None:
    """Print the ratios."""
    with acting(actor=security, source=ChangeSet.Source.COMMAND, reason="Measured"):
        # Whoever runs a register can be told of what nobody else can be.
        Person.objects.create(name="Security", email="security@example.org", account=security)
    with override_settings(SENDS_MAIL=True):
        made: list[Collected] = []
        first = once(lambda: made.append(_gathered(DAY)))
        again = once(lambda: made.append(_gathered(DAY)))
        number = made[0].made
        rows = list(Reminder.objects.order_by("pk").values(*COLUMNS)[:LOOPED])
        loop = once(lambda: _loop(rows)) / max(len(rows), 1) * number
        asking = once(lambda: _ask_of_each(ASKED)) / ASKED * size + loop
        ahead = once(lambda: week(today=TODAY))
    say(
        f"{number:,} reminders, beside get_or_create", loop / first, "at least 100", _s(first), f"{_s(loop)} (reckoned)"
    )
    what = "the same, beside asking the path of each secret as well"
    say(what, asking / first, "at least 100", _s(first), f"{_s(asking)} (reckoned)")
    say("a second run, beside get_or_create", loop / again, "-", f"{_s(again)}, {made[1].made} new")
    say("what will be sent this week, beside gathering", ahead / first, "-", _s(ahead))


COLUMNS = ("clock", "secret_id", "due_on", "days", "person_id", "channel", "message_id", "reason")


def _gathered(day: date) -> Collected:
    return collect(today=day, now=datetime.combine(day, datetime.min.time(), ZoneInfo(settings.TIME_ZONE)))


def _loop(rows: list[dict[str, object]]) -> None:
    """Write the same rows one by one into tables without them, all in one transaction, and take them back."""
    with transaction.atomic():
        Reminder.objects.all().delete()
        for row in rows:
            told = {"message_id": row["message_id"], "reason": row["reason"]}
            Reminder.objects.get_or_create(**{key: row[key] for key in COLUMNS[:6]}, defaults=told)
        transaction.set_rollback(True)


def _ask_of_each(number: int) -> None:
    """Find out of each of some secrets whom its path names, as a loop over them would."""
    for secret in Secret.objects.select_related("type__responsible_team__lead", "team__lead", "owner", "backup_owner")[
        :number
    ]:
        call_order(owner=secret.owner, backup_owner=secret.backup_owner, team=secret.effective_team, today=DAY)


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s"
