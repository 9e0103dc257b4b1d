"""Knows how one rotation is told in calendars: from its facts to its entries. Knows no rows, and keeps what it told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from rotations import first_checklist
from rotations.calendar import Alarm, Attendee, Entry
from rotations.calendar_text import listed
from rotations.calendar_window import uid_of
from rotations.models import Rotation, RotationItem

DURATION = timedelta(hours=2)
# Rotations whose entries one process keeps.
KEPT_ROTATIONS = 8_192
OUTCOMES = {str(outcome.value): str(outcome.label).lower() for outcome in RotationItem.Outcome}
STATES = {str(state.value): str(state.label).lower() for state in Rotation.State}
# Of a rotation that has no checklist of its own.
STEPS = tuple(f"{number}. {words}" for number, (_, words) in enumerate(first_checklist.STEPS, 1))


@dataclass(frozen=True, slots=True)
class Item:
    """A secret in a rotation, its owner, and when something was recorded of it."""

    environment: str
    secret: str
    outcome: str
    owner: Attendee | None
    recorded_at: datetime | None

    def __str__(self) -> str:
        done = "" if self.outcome == RotationItem.Outcome.OPEN else f" ({OUTCOMES.get(self.outcome, self.outcome)})"
        return f"{self.secret} - {self.owner.name if self.owner else 'no owner'}{done}"


@dataclass(frozen=True, slots=True)
class Offset:
    """A row of the reminder offsets, how often it was written, and when last."""

    pk: int
    kind: str
    days_before: int
    words: str
    is_clean_up: bool
    changes: int
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CleanUp:
    """A clean-up with a last day, how often it was written, when last, and on which day it was done."""

    words: str
    due_on: date
    done_on: date | None
    changes: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How every rotation of a calendar is told: what the register is called, and what was chosen."""

    register: UUID
    platform: str
    zone: str
    begins: time
    reminders: tuple[Offset, ...]
    with_reminders: bool
    with_alarms: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What calendars tell of one rotation. `on` is its day, `where` its title or its environments."""

    identity: UUID
    state: str
    on: date
    where: str
    lead: str
    words: str
    address: str
    sequence: int
    rescheduled_at: datetime
    items: tuple[Item, ...]
    clean_up: CleanUp | None
    steps: tuple[str, ...] = STEPS


@lru_cache(maxsize=KEPT_ROTATIONS)
def told(manner: Manner, facts: Facts) -> tuple[Entry, ...]:
    """Return the entries of a rotation: its day, its clean-up, its reminders; kept under all that they show."""
    entry = _day(manner, facts)
    first = replace(entry, alarms=_alarms(manner, facts)) if manner.with_alarms else entry
    clean_up = [_clean_up(manner, facts, entry, facts.clean_up)] if facts.clean_up is not None else []
    return (first, *clean_up, *_reminders(manner, facts, entry))


def _day(manner: Manner, facts: Facts) -> Entry:
    # Two hours from then are two hours, even in the night the clock is changed.
    start = datetime.combine(facts.on, manner.begins, ZoneInfo(manner.zone)).astimezone(UTC)
    owners = sorted({item.owner for item in facts.items if item.owner and item.owner.email}, key=lambda who: who.email)
    return Entry(
        uid=f"{facts.identity}@{manner.register}",
        kind="Rotation",
        start=start,
        end=start + DURATION,
        summary=f"{manner.platform} Secrets Rotation - {facts.where}",
        description=_description(facts),
        url=facts.address,
        attendees=tuple(owners),
        sequence=facts.sequence,
        is_cancelled=facts.state == Rotation.State.CANCELLED,
        revised_at=max([facts.rescheduled_at, *(item.recorded_at for item in facts.items if item.recorded_at)]),
    )


def _description(facts: Facts) -> str:
    secrets = listed(facts.items) or [facts.words or "None is named yet."]
    lead = [f"Led by {facts.lead}"] if facts.lead else []
    return "\n".join([f"State: {STATES[facts.state]}", *lead, "", "Steps", *facts.steps, "", "Secrets", *secrets])


def _alarms(manner: Manner, facts: Facts) -> tuple[Alarm, ...]:
    """Return an alarm for each reminder before a rotation that is still to come."""
    if facts.state in (Rotation.State.COMPLETE, Rotation.State.CANCELLED):
        return ()
    before = sorted(
        (row for row in manner.reminders if row.days_before > 0), key=lambda row: (-row.days_before, row.pk)
    )
    return tuple(Alarm(row.days_before, row.words) for row in before)


def _clean_up(manner: Manner, facts: Facts, entry: Entry, clean_up: CleanUp) -> Entry:
    """Return the entry of a clean-up; it is cancelled with its rotation."""
    done = f" (done on {clean_up.done_on})" if clean_up.done_on is not None else ""
    return replace(
        entry,
        uid=uid_of(manner.register, "clean_up", facts.identity),
        kind="Clean-up",
        start=clean_up.due_on,
        end=clean_up.due_on + timedelta(days=1),
        summary=f"Clean-up{' done' if done else ''}: {entry.summary}",
        description=f"{clean_up.words}{done}\nThe rotation is on {facts.on}.\n\n{entry.description}",
        attendees=(),
        sequence=entry.sequence + clean_up.changes - 1,
        revised_at=max(entry.revised_at, clean_up.changed_at),
    )


def _reminders(manner: Manner, facts: Facts, entry: Entry) -> Iterator[Entry]:
    """Yield those that are of use: nobody prepares what is done, nor is told of a clean-up twice."""
    is_done = facts.state == Rotation.State.COMPLETE
    for reminder in manner.reminders if manner.with_reminders else ():
        if (is_done and reminder.days_before > 0) or (facts.clean_up is not None and reminder.is_clean_up):
            continue
        on = facts.on - timedelta(days=reminder.days_before)
        yield replace(
            entry,
            uid=uid_of(manner.register, "reminder", facts.identity, reminder.pk),
            kind=reminder.kind,
            start=on,
            end=on + timedelta(days=1),
            summary=f"{reminder.kind}: {entry.summary}",
            description=f"{reminder.words}\nThe rotation is on {facts.on}.\n\n{entry.description}",
            attendees=(),
            sequence=entry.sequence + reminder.changes - 1,
            revised_at=max(filter(None, (entry.revised_at, reminder.changed_at))),
        )
