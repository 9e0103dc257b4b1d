"""Knows how far rotations are: how many secrets they have, and how many of them are rotated."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Min, Q

from rotations.models import Rotation, RotationItem


def with_progress(rotations: Iterable[Rotation]) -> list[Rotation]:
    """Return `rotations` in their order with `total`, `done` and `first_secret`; one query more.

    `first_secret` is the name of one of the secrets: of the only one, where there is one.
    """
    rows = list(rotations)
    items = RotationItem.objects.filter(rotation__in=rows).order_by().values("rotation")
    rotated = Count("pk", filter=Q(outcome=RotationItem.Outcome.ROTATED))
    found = items.annotate(total=Count("pk"), done=rotated, first=Min("secret__name"))
    numbers = {row[0]: row[1:] for row in found.values_list("rotation", "total", "done", "first")}
    for rotation in rows:
        rotation.total, rotation.done, rotation.first_secret = numbers.get(rotation.pk, (0, 0, ""))
    return rows
