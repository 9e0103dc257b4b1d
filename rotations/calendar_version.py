"""Knows one number that is another one after every change that a calendar could show, and the register's identity."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Sum

from rotations.models import CalendarVersion


def current() -> int:
    """Return the number; one query, whatever the register holds."""
    return CalendarVersion.objects.aggregate(number=Sum("number"))["number"] or 0


def bump() -> None:
    """Change the number with the transaction under way.

    Writers never wait for each other here, so none can end in a deadlock: who finds every row taken adds
    one, and the number is the sum of all.
    """
    with transaction.atomic(savepoint=False):
        rows = CalendarVersion.objects.order_by("pk").select_for_update(skip_locked=True, no_key=True)
        free = rows.values_list("pk", flat=True).first()
        if free is None:
            _add()
        else:
            CalendarVersion.objects.filter(pk=free).update(number=F("number") + 1)


def register() -> UUID:
    """Return the identity of this register, which stands in every UID; it is made when it is first asked for."""
    first = CalendarVersion.objects.order_by("pk").first()
    return (first or _add()).register


def _add() -> CalendarVersion:
    first = CalendarVersion.objects.order_by("pk").first()
    return CalendarVersion.objects.create(register=first.register if first is not None else uuid4())
