"""Tells calendars of rotations: the day itself, and the days before and after it on which something is to be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from contacts.models import Person
from inventory.models import Environment
from rotations.calendar import Attendee, Entry
from rotations.calendar_window import CalendarWindow, Scope, register_address
from rotations.models import ReminderOffset, Rotation, RotationItem, RotationTask
from rotations.querysets import RotationItemQuerySet, RotationQuerySet
from rotations.rotation_telling import CleanUp, Facts, Item, Manner, Offset, told


def rotation_entries(window: CalendarWindow) -> Iterator[Entry]:
    """Return the entries of every rotation that concerns the scope; at most eight queries, however many there are."""
    manner = _manner(window)
    names = dict(Environment.objects.values_list("code", "name"))
    rotations = rotations_of(window)
    items = _items(RotationItem.objects.filter(rotation__in=rotations.values("pk")))
    clean_ups = _clean_ups(window, rotations) if window.with_clean_ups else {}
    steps = _steps(rotations)
    for rotation in rotations.select_related("owner"):
        facts = _facts(rotation, tuple(items[rotation.pk]), clean_ups.get(rotation.pk), names)
        own = steps.get(rotation.pk)
        yield from told(manner, replace(facts, steps=tuple(own)) if own else facts)


def day_of(rotation: Rotation, *, on: date, register: UUID, only_of: Person | None = None) -> Entry:
    """Return the entry of one rotation as if it were on `on`; with `only_of`, with that owner's secrets only."""
    items = RotationItem.objects.filter(rotation=rotation)
    found = _items(items if only_of is None else items.filter(secret__owner=only_of))
    names = dict(Environment.objects.values_list("code", "name"))
    facts = _facts(rotation, tuple(found[rotation.pk]), None, names, on)
    own = _steps(Rotation.objects.filter(pk=rotation.pk)).get(rotation.pk)
    return told(_day_alone(register), replace(facts, steps=tuple(own)) if own else facts)[0]


def rotations_of(window: CalendarWindow) -> RotationQuerySet:
    """Return the rotations that the calendar tells of: drafts never, cancelled ones for a while."""
    visible: RotationQuerySet = Rotation.objects.visible_to(window.account).exclude(state=Rotation.State.DRAFT)
    dated = visible.annotate(day=Coalesce("completed_on", "planned_on"))
    shown = dated.filter(day__range=(window.first_on, window.last_on))
    forgotten = Q(cancelled_at__isnull=True) | Q(cancelled_at__lt=window.cancelled_since_at)
    shown = shown.exclude(forgotten, state=Rotation.State.CANCELLED, day__lt=window.cancelled_since)
    if window.scope == Scope.EVERYTHING:
        return shown
    concerns = Q(Exists(RotationItem.objects.filter(rotation=OuterRef("pk"), secret__in=window.secrets())))
    if window.scope == Scope.ENVIRONMENT:
        concerns |= Q(environment=window.environment)
    if window.whose is not None:
        concerns |= Q(owner=window.whose)
    return shown.filter(concerns)


def _manner(window: CalendarWindow) -> Manner:
    return replace(
        _day_alone(window.register),
        reminders=_reminders() if window.with_reminders or window.with_alarms else (),
        with_reminders=window.with_reminders,
        with_alarms=window.with_alarms,
    )


def _day_alone(register: UUID) -> Manner:
    return Manner(
        register=register,
        platform=settings.PLATFORM_NAME,
        zone=settings.TIME_ZONE,
        begins=settings.ROTATION_START_TIME,
        reminders=(),
        with_reminders=False,
        with_alarms=False,
    )


def _facts(
    rotation: Rotation,
    items: tuple[Item, ...],
    clean_up: CleanUp | None,
    names: dict[str, str],
    on: date | None = None,
) -> Facts:
    return Facts(
        identity=rotation.identity,
        state=str(rotation.state),
        on=on or _day(rotation),
        where=rotation.title or _where(rotation, items, names),
        lead=str(rotation.owner) if rotation.owner is not None else "",
        words=rotation.secrets_in_words,
        address=_address(settings.SITE_URL, rotation.pk),
        sequence=rotation.sequence,
        rescheduled_at=rotation.rescheduled_at,
        items=items,
        clean_up=clean_up,
    )


@lru_cache(maxsize=16_384)
def _address(site: str, pk: int) -> str:
    return register_address(reverse("rotations:rotation", args=[pk]))


def _day(rotation: Rotation) -> date:
    if rotation.on is None:
        raise ValueError("a rotation without a day stands in no calendar")
    return rotation.on


def _where(rotation: Rotation, items: Iterable[Item], names: dict[str, str]) -> str:
    codes = sorted({item.environment for item in items}) or [rotation.environment_id or ""]
    if rotation.environment_id:
        codes = [rotation.environment_id]
    return ", ".join(names.get(code, "Several environments") for code in codes)


def _items(chosen: RotationItemQuerySet) -> dict[int, list[Item]]:
    items = chosen.order_by("secret__name")
    person = ("secret__owner__name", "secret__owner__email", "secret__owner__is_active")
    rows: Iterable[Any] = items.values_list("rotation", "secret__name", "outcome", "recorded_at", *person)
    found = defaultdict(list)
    for key, name, outcome, at, owner, email, is_active in rows:
        attendee = Attendee(owner, email) if is_active else None
        found[key].append(Item(name.partition("/")[0], name, outcome, attendee, at))
    return found


def _clean_ups(window: CalendarWindow, rotations: RotationQuerySet) -> dict[int, CleanUp]:
    """Return the clean-ups with a last day that the calendar shows, by the keys of their rotations; two queries."""
    chosen = {"rotation__in": rotations.values("pk"), "kind": RotationTask.Kind.CLEAN_UP}
    tasks = RotationTask.objects.filter(due_on__range=(window.first_on, window.last_on), **chosen)
    rows: Iterable[Any] = tasks.values_list("rotation", "words", "due_on", "done_at")
    # By rotation: a clean-up that was taken out and put in again is the same entry, and goes on counting.
    history = RotationTask.history.filter(**chosen).order_by().values("rotation")
    counted = history.annotate(changes=Count("history_id"), at=Max("history_date"))
    times = {key: (changes, at) for key, changes, at in counted.values_list("rotation", "changes", "at")}
    return {
        key: CleanUp(words, due_on, timezone.localdate(done_at) if done_at else None, *times[key])
        for key, words, due_on, done_at in rows
    }


def _steps(rotations: RotationQuerySet) -> dict[int, list[str]]:
    """Return the steps of the rotations' own checklists, numbered, by the keys of the rotations; one query."""
    tasks = RotationTask.objects.filter(rotation__in=rotations.values("pk")).exclude(kind=RotationTask.Kind.CLEAN_UP)
    found: dict[int, list[str]] = defaultdict(list)
    for key, words in tasks.in_order().values_list("rotation", "words"):
        found[key].append(f"{len(found[key]) + 1}. {words}")
    return found


def _reminders() -> tuple[Offset, ...]:
    history = ReminderOffset.history.order_by().values("id")
    counted = history.annotate(changes=Count("history_id"), at=Max("history_date")).values_list("id", "changes", "at")
    times = {key: (changes, at) for key, changes, at in counted}
    rows: Iterable[Any] = ReminderOffset.objects.filter(days_before__isnull=False).exclude(days_before=0)
    return tuple(
        Offset(
            row.pk,
            row.label if row.kind == ReminderOffset.Kind.OTHER else row.get_kind_display(),
            row.days_before,
            ": ".join(filter(None, (row.label, row.words))),
            row.kind == ReminderOffset.Kind.CLEAN_UP,
            *times.get(row.pk, (1, None)),
        )
        for row in rows
    )
