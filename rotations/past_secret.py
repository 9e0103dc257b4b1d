"""Knows what the page of one secret shows of a past day: its facts, its people and its rotations as they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from audit.past import Past
from inventory.models import Dependency, Secret
from inventory.past_register import PastRegister
from inventory.record_check import checks
from rotations import cycle
from rotations.models import ReminderOffset, Rotation, RotationItem

SHOWN = 10


def shown(day: date, *, environment: str, service: str, credential_type: str) -> dict[str, object] | None:
    """Return what the page shows of the end of `day`, None where there was no such secret.

    A constant number of queries: one for the cut, one for each model and two for the change log.
    """
    register = PastRegister(Past(day))
    secret = register.secret(environment, service, credential_type)
    if secret is None:
        return None
    consumers = register.consumers(secret)
    record = checks(secret, has_consumers=bool(consumers), today=day)
    rows = register.past.entries().filter(model=Secret._meta.label_lower, object_id=str(secret.pk))
    return {
        "secret": secret,
        "team": secret.effective_team,
        "consumers": consumers,
        "checks": record,
        "held": sum(check.holds for check in record),
        "steps": _steps(register.past, secret),
        "items": _items(register.past, secret),
        **_order(register.past, secret),
        "changes": list(rows.select_related("change_set").order_by("-pk")[:SHOWN]),
        "change_count": rows.count(),
        "as_of": day,
        "today": day,
    }


def _order(past: Past, secret: Secret) -> dict[str, list[Secret]]:
    """Return what was rotated before the secret and what after it, by name; three queries."""
    pair = ("secret", "depends_on")
    before = [row.depends_on_id for row in past.some(Dependency, apart=pair, secret_id=secret.pk)]
    after = [row.secret_id for row in past.some(Dependency, apart=pair, depends_on_id=secret.pk)]
    own = {field.name for field in Secret._meta.concrete_fields}
    others = sorted(past.some(Secret, apart=own, id__in=[*before, *after]), key=lambda other: other.name)
    return {
        "needs": [other for other in others if other.pk in before],
        "needed_by": [other for other in others if other.pk in after],
    }


def _items(past: Past, secret: Secret) -> Sequence[RotationItem]:
    """Return the items that the secret had, the latest first."""
    items = past.some(RotationItem, apart=("rotation", "secret"), secret_id=secret.pk)
    rotations = {row.pk: row for row in past.some(Rotation, id__in=[item.rotation_id for item in items])}
    for item in items:
        item.rotation, item.secret = rotations[item.rotation_id], secret
    items.sort(key=lambda item: (item.rotated_on or item.rotation.on or date.min, item.pk), reverse=True)
    return items[:SHOWN]


def _steps(past: Past, secret: Secret) -> list[cycle.Step]:
    if secret.is_retired:
        return []
    offsets = cycle.notices(past.rows(ReminderOffset).values())
    return cycle.steps(last=secret.last_rotated_on, next_on=secret.next_rotation_on, offsets=offsets, today=past.day)
