"""Knows when there is nothing left to be told of: only what was done ends reminders, and quiet is for a while."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, F, OuterRef, Q

from inventory.models import Secret
from rotations.models import Acknowledgement, ReminderGap, ReminderRung, RotationItem

Clock = ReminderRung.Clock


def over(today: date) -> Q:
    """Return what a reminder is when nothing is left to be told of: rotated, retired, filled, done, or quiet."""
    return settled() | quiet(today)


def quiet(today: date) -> Q:
    """Return what a reminder is while its person wants quiet about it."""
    wanted = Acknowledgement.objects.filter(person=OuterRef("person"), until_on__gte=today)
    secret = wanted.filter(secret=OuterRef("secret"))
    of_this = Q(due_on=OuterRef("secret__next_rotation_on")) | Q(
        due_on__isnull=True, secret__next_rotation_on__isnull=True
    )
    task = wanted.filter(task=OuterRef("task"), due_on=OuterRef("task__due_on"))
    return Exists(secret.filter(of_this)) | Exists(task)


def settled() -> Q:
    """Return what a reminder is when what it tells of was done, or does not count any more."""
    moved = Q(clock=Clock.DUE) & (~Q(secret__next_rotation_on=F("due_on")) | Q(secret__next_rotation_on__isnull=True))
    filled = Q(clock__in=(Clock.NO_DATE, Clock.NO_OWNER)) & ~Exists(
        ReminderGap.objects.filter(secret=OuterRef("secret"), clock=OuterRef("clock"), since=OuterRef("due_on"))
    )
    alive = RotationItem.objects.with_old_one_alive().filter(rotation=OuterRef("task__rotation"))
    done = Q(clock=Clock.CLEAN_UP) & (Q(task__done_at__isnull=False) | ~Q(task__due_on=F("due_on")) | ~Exists(alive))
    retired = Q(secret__status=Secret.Status.RETIRED)
    return moved | filled | done | retired
