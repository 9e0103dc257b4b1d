"""Knows how far rotations are: how many secrets they have, and how many of them are rotated."""

from __future__ import annotations

from django.db.models import Count, Min, Q, QuerySet

from rotations.models import Rotation, RotationItem


def with_progress(rotations: QuerySet[Rotation]) -> list[Rotation]:
    """Return `rotations` in their order with place, lead, `total`, `done` and `first_secret`; two queries.

    `first_secret` is the name of one of the secrets: of the only one, where there is one.
    """
    rows = list(rotations.select_related("environment", "owner"))
    items = RotationItem.objects.filter(rotation__in=rows).order_by().values("rotation")
    rotated = Count("pk", filter=Q(outcome=RotationItem.Outcome.ROTATED))
    found = items.annotate(total=Count("pk"), done=rotated, first=Min("secret__name"))
    numbers = {row["rotation"]: row for row in found}
    for rotation in rows:
        known = numbers.get(rotation.pk, {"total": 0, "done": 0, "first": ""})
        rotation.total, rotation.done, rotation.first_secret = known["total"], known["done"], known["first"]
    return rows
