"""Tells calendars of rotations: the day itself, and the days before and after it on which something is to be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from inventory.models import Environment
from rotations.calendar import Alarm, Attendee, Entry
from rotations.calendar_window import CalendarWindow, Scope, register_address
from rotations.clean_up_entries import CleanUp, clean_up_entry, clean_ups
from rotations.models import ReminderOffset, Rotation, RotationItem
from rotations.querysets import RotationQuerySet

DURATION = timedelta(hours=2)
# The rest is behind the link: some calendars cut long texts off.
LISTED = 100
OUTCOMES = {str(outcome.value): str(outcome.label) for outcome in RotationItem.Outcome}
STEPS = (
    "1. Go through the list of secrets: is it complete, and does each have an owner?",
    "2. Rotate each secret by its runbook, and record it.",
    "3. Bring the documentation up to date.",
    "4. Verify that every service works with its new value.",
)


@dataclass(frozen=True, slots=True)
class Item:
    """A secret in a rotation, its owner, and when something was recorded of it."""

    environment: str
    secret: str
    outcome: str
    owner: Attendee | None
    recorded_at: datetime | None

    def __str__(self) -> str:
        done = (
            ""
            if self.outcome == RotationItem.Outcome.OPEN
            else f" ({OUTCOMES.get(self.outcome, self.outcome).lower()})"
        )
        return f"{self.secret} - {self.owner.name if self.owner else 'no owner'}{done}"


@dataclass(frozen=True, slots=True)
class Reminder:
    """A row of the reminder offsets, how often it was written, and when last."""

    pk: int
    kind: str
    days_before: int
    words: str
    is_clean_up: bool
    changes: int
    changed_at: datetime | None


def rotation_entries(window: CalendarWindow) -> Iterator[Entry]:
    """Return the entries of every rotation that concerns the scope; at most seven queries, however many there are."""
    reminders = _reminders() if window.with_reminders or window.with_alarms else []
    names = dict(Environment.objects.values_list("code", "name"))
    rotations = _rotations(window)
    items = _items(rotations)
    found = clean_ups(rotations) if window.with_clean_ups else {}
    for rotation in rotations.select_related("owner"):
        entry = _rotation_entry(window, rotation, items[rotation.pk], names)
        yield replace(entry, alarms=_alarms(rotation, reminders)) if window.with_alarms else entry
        clean_up = found.get(rotation.pk)
        if clean_up is not None and window.first_on <= clean_up.due_on <= window.last_on:
            yield clean_up_entry(window, rotation, entry, clean_up)
        if window.with_reminders:
            yield from _reminder_entries(window, rotation, entry, _needed(reminders, rotation, clean_up))


def _needed(reminders: Iterable[Reminder], rotation: Rotation, clean_up: CleanUp | None) -> Iterator[Reminder]:
    """Yield the reminders that are still of use: nobody prepares what is done, nor is told of a clean-up twice."""
    is_done = rotation.state == Rotation.State.COMPLETE
    for reminder in reminders:
        is_told = clean_up is not None and reminder.is_clean_up
        if not (is_told or (is_done and reminder.days_before > 0)):
            yield reminder


def _alarms(rotation: Rotation, reminders: Iterable[Reminder]) -> tuple[Alarm, ...]:
    """Return an alarm for each reminder before a rotation that is still to come."""
    if not rotation.is_open:
        return ()
    before = sorted((row for row in reminders if row.days_before > 0), key=lambda row: (-row.days_before, row.pk))
    return tuple(Alarm(row.days_before, row.words) for row in before)


def _rotations(window: CalendarWindow) -> RotationQuerySet:
    visible: RotationQuerySet = Rotation.objects.visible_to(window.account).exclude(state=Rotation.State.DRAFT)
    dated = visible.annotate(day=Coalesce("completed_on", "planned_on"))
    told = dated.filter(day__range=(window.first_on, window.last_on))
    forgotten = Q(cancelled_at__isnull=True) | Q(cancelled_at__lt=window.cancelled_since_at)
    told = told.exclude(forgotten, state=Rotation.State.CANCELLED, day__lt=window.cancelled_since)
    if window.scope == Scope.EVERYTHING:
        return told
    concerns = Q(Exists(RotationItem.objects.filter(rotation=OuterRef("pk"), secret__in=window.secrets())))
    if window.scope == Scope.ENVIRONMENT:
        concerns |= Q(environment=window.environment)
    if window.whose is not None:
        concerns |= Q(owner=window.whose)
    return told.filter(concerns)


def _items(rotations: RotationQuerySet) -> dict[int, list[Item]]:
    items = RotationItem.objects.filter(rotation__in=rotations.values("pk")).order_by("secret__name")
    person = ("secret__owner__name", "secret__owner__email", "secret__owner__is_active")
    rows: Iterable[Any] = items.values_list("rotation", "secret__name", "outcome", "recorded_at", *person)
    found = defaultdict(list)
    for key, name, outcome, at, owner, email, is_active in rows:
        attendee = Attendee(owner, email) if is_active else None
        found[key].append(Item(name.partition("/")[0], name, outcome, attendee, at))
    return found


def _reminders() -> list[Reminder]:
    history = ReminderOffset.history.order_by().values("id")
    counted = history.annotate(changes=Count("history_id"), at=Max("history_date")).values_list("id", "changes", "at")
    told = {key: (changes, at) for key, changes, at in counted}
    rows: Iterable[Any] = ReminderOffset.objects.filter(days_before__isnull=False).exclude(days_before=0)
    return [
        Reminder(
            row.pk,
            row.label if row.kind == ReminderOffset.Kind.OTHER else row.get_kind_display(),
            row.days_before,
            ": ".join(filter(None, (row.label, row.words))),
            row.kind == ReminderOffset.Kind.CLEAN_UP,
            *told.get(row.pk, (1, None)),
        )
        for row in rows
    ]


def _rotation_entry(window: CalendarWindow, rotation: Rotation, items: list[Item], names: dict[str, str]) -> Entry:
    start = _start(rotation)
    owners = sorted({item.owner for item in items if item.owner and item.owner.email}, key=lambda who: who.email)
    return Entry(
        uid=window.uid(rotation.identity),
        kind="Rotation",
        start=start,
        end=start + DURATION,
        summary=f"{settings.PLATFORM_NAME} Secrets Rotation - {_where(rotation, items, names)}",
        description=_description(rotation, items),
        url=register_address(rotation.get_absolute_url()),
        attendees=tuple(owners),
        sequence=rotation.sequence,
        is_cancelled=rotation.state == Rotation.State.CANCELLED,
        revised_at=max([rotation.rescheduled_at, *(item.recorded_at for item in items if item.recorded_at)]),
    )


def _start(rotation: Rotation) -> datetime:
    """Return when the rotation begins: two hours from then are two hours, even in the night the clock is changed."""
    local = datetime.combine(_day(rotation), settings.ROTATION_START_TIME, timezone.get_default_timezone())
    return local.astimezone(UTC)


def _day(rotation: Rotation) -> date:
    if rotation.on is None:
        raise ValueError("a rotation without a day stands in no calendar")
    return rotation.on


def _where(rotation: Rotation, items: list[Item], names: dict[str, str]) -> str:
    """Return the rotation's own title, else the environments it takes place in."""
    if rotation.title:
        return rotation.title
    codes = sorted({item.environment for item in items}) or [rotation.environment_id or ""]
    if rotation.environment_id:
        codes = [rotation.environment_id]
    return ", ".join(names.get(code, "Several environments") for code in codes)


def _description(rotation: Rotation, items: list[Item]) -> str:
    listed = [str(item) for item in items[:LISTED]]
    if len(items) > LISTED:
        listed.append(f"and {len(items) - LISTED} more")
    if not listed:
        listed = [rotation.secrets_in_words or "None is named yet."]
    lead = [f"Led by {rotation.owner}"] if rotation.owner is not None else []
    state = f"State: {rotation.get_state_display().lower()}"
    return "\n".join([state, *lead, "", "Steps", *STEPS, "", "Secrets", *listed])


def _reminder_entries(
    window: CalendarWindow, rotation: Rotation, entry: Entry, reminders: Iterable[Reminder]
) -> Iterator[Entry]:
    day = _day(rotation)
    for reminder in reminders:
        on = day - timedelta(days=reminder.days_before)
        yield replace(
            entry,
            uid=window.uid_of("reminder", rotation.identity, reminder.pk),
            kind=reminder.kind,
            start=on,
            end=on + timedelta(days=1),
            summary=f"{reminder.kind}: {entry.summary}",
            description=_reminder_description(reminder, day, entry),
            attendees=(),
            sequence=entry.sequence + reminder.changes - 1,
            revised_at=max(filter(None, (entry.revised_at, reminder.changed_at))),
        )


def _reminder_description(reminder: Reminder, day: date, entry: Entry) -> str:
    return f"{reminder.words}\nThe rotation is on {day}.\n\n{entry.description}"
