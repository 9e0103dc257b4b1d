"""Writes one person's message of one day: every secret once, most urgent first, each with why they are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from audit.relative_dates import counted, until
from contacts.delivery import Message
from contacts.delivery.channels import CHANNEL_OF_TEAM
from contacts.delivery.slack import safe
from rotations.answer_keys import answer_key
from rotations.ladder import caught_up, most_specific
from rotations.ladders import Ladders
from rotations.models import Reminder, ReminderMessage, ReminderRung, Rotation, RotationItem
from rotations.settled import over

Clock = ReminderRung.Clock
DATED = (Clock.DUE, Clock.CLEAN_UP)
# More would be read by nobody; the rest is counted, and stands on the page.
MOST_LINES, MOST_IN_SLACK = 50, 20


@dataclass(frozen=True, slots=True)
class Line:
    """One secret or clean-up: its name and address, what is due, why this person is told, and what it stands for."""

    name: str
    href: str
    due: str
    due_on: date
    reason: str
    late: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a message tells of."""

    message: ReminderMessage
    lines: Sequence[Line]
    overdue: int


def digest_of(message: ReminderMessage, known: Ladders, *, today: date) -> Digest:
    """Return what `message` tells of on `today`; four queries."""
    rows = list(
        Reminder.objects.filter(message=message)
        .exclude(over(today))
        .select_related("secret", "task__rotation__environment")
        .order_by("due_on", "clock", "secret__name", "pk")
    )
    before = _told_before(message, rows)
    planned = RotationItem.objects.filter(secret__in={row.secret_id for row in rows if row.secret_id}).planned_first()
    things: dict[tuple[int | None, int | None], list[Line]] = {}
    for row in rows:
        line = _line(row, before.get(_subject(row)), known, today, planned.get(row.secret_id or 0))
        things.setdefault((row.secret_id, row.task_id), []).append(line)
    overdue = {(row.secret_id, row.task_id) for row in rows if row.clock in DATED and row.due_on < today}
    return Digest(message, [_as_one(lines) for lines in things.values()], len(overdue))


def message_of(digest: Digest, *, address: str) -> Message:
    """Return the message in the forms that channels take; in a channel of a team, others than its person read it."""
    message, count = digest.message, len(digest.lines)
    words = {"platform": settings.PLATFORM_NAME, "count": counted(count, "reminder"), "overdue": digest.overdue}
    private = not address.startswith(CHANNEL_OF_TEAM)
    answer = reverse("rotations:answer", args=[answer_key(message)]) if private else ""
    shown = {
        **words,
        "person": plain(message.person.name),
        "lines": digest.lines[:MOST_LINES],
        "left": max(count - MOST_LINES, 0),
        "answer_url": f"{settings.SITE_URL}{answer}" if answer else "",
        "reminders_url": f"{settings.SITE_URL}{reverse('rotations:reminders')}",
        "maybe_again": message.maybe_again,
    }
    late = f", {digest.overdue} overdue" if digest.overdue else ""
    return Message(
        identity=f"reminders-{message.pk}-{message.on:%Y%m%d}",
        subject=f"{settings.PLATFORM_NAME}: {words['count']}{late}",
        text=render_to_string("rotations/reminder.txt", shown),
        html=render_to_string("rotations/reminder.html", shown),
        slack=_in_slack(digest, shown),
    )


def plain(text: str) -> str:
    """Return `text` on one line, without characters that cannot be seen."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())


def _line(row: Reminder, told: int | None, known: Ladders, today: date, item: RotationItem | None) -> Line:
    name, path = _name(row)
    plan = f". {_plan(item.rotation)}" if item is not None and row.clock == Clock.DUE else ""
    due, late = f"{_due(row, today)}{plan}", _late(row, told, known, today)
    return Line(name, f"{settings.SITE_URL}{path}", due, row.due_on, row.reason, late)


def _plan(rotation: Rotation) -> str:
    return f"Planned for {rotation.planned_on}{f', {plain(rotation.title)}' if rotation.title else ''}"


def _as_one(lines: Sequence[Line]) -> Line:
    """Return one line of a thing of which several things are to be said."""
    first, reasons, late = (
        lines[0],
        dict.fromkeys(line.reason for line in lines),
        [line.late for line in lines if line.late],
    )
    due = ". ".join(line.due for line in lines)
    return replace(first, due=due, reason=" ".join(reasons), late=" ".join(dict.fromkeys(late)))


def _name(row: Reminder) -> tuple[str, str]:
    if row.secret is not None:
        return str(row.secret), row.secret.get_absolute_url()
    if row.task is None:
        raise ValueError("A reminder is of a secret or of a task.")
    return plain(f"{row.task.rotation}: {row.task.words}"), row.task.rotation.get_absolute_url()


def _due(row: Reminder, today: date) -> str:
    if row.clock == Clock.NO_DATE:
        return f"No next rotation, since {row.due_on}"
    if row.clock == Clock.NO_OWNER:
        return f"No owner, since {row.due_on}"
    what = "Clean-up" if row.clock == Clock.CLEAN_UP else "Rotate"
    words = until(row.due_on, today)
    return f"{what}: {words if row.due_on < today else words[0].lower() + words[1:]}, {row.due_on}"


def _late(row: Reminder, told: int | None, known: Ladders, today: date) -> str:
    """Return for which days that are over this line stands, "" where it comes on its day."""
    place = (row.secret.type_id, row.secret.environment_id) if row.secret is not None else (None, "")
    if row.task is not None:
        place = (None, row.task.rotation.environment_id or "")
    ladder = most_specific(known.by_key, clock=row.clock, kind=place[0], environment=place[1])
    steps = caught_up(known.rungs[ladder], days=row.days, told=told) if ladder is not None else [row.days]
    days = [row.due_on + timedelta(days=step) for step in steps]
    over = [str(day) for day in days if day < today]
    return f"It stands for what was to be sent on {', '.join(over)}." if over else ""


def _told_before(message: ReminderMessage, rows: Iterable[Reminder]) -> dict[tuple[object, ...], int]:
    """Return the days of the last rung that this person was told of, of what the message tells of."""
    known = Reminder.objects.filter(person_id=message.person_id, message__state=ReminderMessage.State.SENT)
    known = known.filter(secret__in={row.secret_id for row in rows if row.secret_id}) | known.filter(
        task__in={row.task_id for row in rows if row.task_id}
    )
    return {_subject(row): row.days for row in known.order_by("days")}


def _subject(row: Reminder) -> tuple[object, ...]:
    return row.clock, row.secret_id, row.task_id, row.due_on


def _in_slack(digest: Digest, shown: dict[str, object]) -> str:
    late = f", {digest.overdue} overdue" if digest.overdue else ""
    lines = [f"*{safe(settings.PLATFORM_NAME)}: {shown['count']}{late}*, for {safe(str(shown['person']))}"]
    if digest.message.maybe_again:
        lines.append("You may have got this already: sending it was interrupted.")
    lines += [
        f"• <{line.href}|{safe(line.name)}> {safe(line.due)}. {safe(line.reason)} {safe(line.late)}".rstrip()
        for line in digest.lines[:MOST_IN_SLACK]
    ]
    if len(digest.lines) > MOST_IN_SLACK:
        lines.append(f"And {len(digest.lines) - MOST_IN_SLACK} more.")
    if shown["answer_url"]:
        lines.append(f"<{shown['answer_url']}|I know, be quiet for a while>")
    lines.append(f"<{shown['reminders_url']}|All reminders>")
    return "\n".join(lines)
