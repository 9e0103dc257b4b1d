"""The page of one secret: whom to ask, when it is due, where it lives, what is missing and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.models import ChangeRow, User
from audit.policies import may_see_register
from contacts import escalation
from inventory.filters import day_of
from inventory.models import Dependency, Secret
from inventory.policies import may_edit, may_hand_over, may_see
from inventory.record_check import checks
from rotations import cycle, past_secret
from rotations.models import ReminderOffset, RotationItem
from rotations.policies import may_record

SHOWN = 10


@require_safe
def secret(request: HttpRequest, environment: str, service: str, credential_type: str) -> HttpResponse:
    user, today = cast(User, request.user), timezone.localdate()
    if "\0" in f"{environment}{service}{credential_type}":
        raise Http404  # PostgreSQL would refuse to look for it
    if "as_of" in request.GET:
        return _of_a_past_day(request, environment=environment, service=service, credential_type=credential_type)
    known = Secret.objects.visible_to(user).with_people().select_related("team__lead", "type__responsible_team__lead")
    found = get_object_or_404(known, environment=environment, service=service, credential_type=credential_type)
    if not may_see(user, found):
        raise PermissionDenied
    items = _items(found)
    shown = _facts(found, today) | _past(found, items) | _doors(user, found, _item_to_do(items))
    return render(request, "rotations/secret.html", shown)


def _of_a_past_day(request: HttpRequest, **name: str) -> HttpResponse:
    """Answer with the page of a past day; from one that cannot be shown lead to the present, and say so."""
    try:
        day = day_of(request.GET["as_of"].strip(), today=timezone.localdate())
    except ValidationError as error:
        messages.error(request, f"{' '.join(error.messages)} This is the secret as it is now.")
        return redirect(reverse("inventory:secret", kwargs=name))
    if not may_see_register(cast(User, request.user)):
        raise PermissionDenied
    shown = past_secret.shown(day, **name)
    if shown is None:
        raise Http404
    return render(request, "rotations/secret_past.html", shown)


def _facts(secret: Secret, today: date) -> dict[str, object]:
    team = secret.effective_team
    consumers = list(secret.consumers.order_by("name"))
    record = checks(secret, has_consumers=bool(consumers), today=today)
    calls = escalation.call_order(owner=secret.owner, backup_owner=secret.backup_owner, team=team, today=today)
    return {
        "secret": secret,
        "standing": secret.standing(today),
        "team": team,
        "consumers": consumers,
        "checks": record,
        "held": sum(check.holds for check in record),
        "calls": calls,
        "next_call": escalation.next_call(calls),
        "steps": _steps(secret, today),
        **_order(secret),
    }


def _order(secret: Secret) -> dict[str, list[Secret]]:
    """Return what is rotated before the secret and what after it, by name; one query."""
    rows = Dependency.objects.filter(Q(secret=secret) | Q(depends_on=secret)).select_related("secret", "depends_on")
    known = sorted(rows, key=lambda row: (row.depends_on.name, row.secret.name))
    return {
        "needs": [row.depends_on for row in known if row.secret_id == secret.pk],
        "needed_by": [row.secret for row in known if row.depends_on_id == secret.pk],
    }


def _past(secret: Secret, items: Sequence[RotationItem]) -> dict[str, object]:
    rows = ChangeRow.objects.filter(model=Secret._meta.label_lower, object_id=str(secret.pk))
    return {
        "items": items[:SHOWN],
        "item_to_do": _item_to_do(items),
        "last_item": next(
            (item for item in items if item.rotated_on and item.rotated_on == secret.last_rotated_on), None
        ),
        "changes": [_told(row) for row in rows.select_related("change_set").order_by("-pk")[:SHOWN]],
        "change_count": rows.count(),
    }


def _told(row: ChangeRow) -> tuple[ChangeRow, str]:
    """Return the row, and the day on which it says that the secret was rotated, "" where it says something else."""
    days = next((field for field in row.fields if field["field"] == "last_rotated_on"), None)
    is_rotation = row.change_type == ChangeRow.Type.CHANGED and days is not None and days["after"] > days["before"]
    return row, days["after"] if days is not None and is_rotation else ""


def _items(secret: Secret) -> list[RotationItem]:
    """Return the latest items of the secret, those that are to be done first; one query."""
    related = ("rotation__environment", "rotation__owner", "recorded_by")
    rows = RotationItem.objects.filter(secret=secret).select_related(*related).order_by("-pk")[: 5 * SHOWN]
    return sorted(
        rows, key=lambda item: (_is_to_do(item), item.rotated_on or item.rotation.on or date.min), reverse=True
    )


def _is_to_do(item: RotationItem) -> bool:
    return item.outcome == RotationItem.Outcome.OPEN and item.rotation.is_open


def _item_to_do(items: Sequence[RotationItem]) -> RotationItem | None:
    dated = [item for item in items if _is_to_do(item) and item.rotation.planned_on is not None]
    return min(dated, key=lambda item: (item.rotation.planned_on, item.pk), default=None)


def _steps(secret: Secret, today: date) -> list[cycle.Step]:
    if secret.is_retired:
        return []
    offsets = cycle.notices(ReminderOffset.objects.all())
    return cycle.steps(last=secret.last_rotated_on, next_on=secret.next_rotation_on, offsets=offsets, today=today)


def _doors(user: User, secret: Secret, to_do: RotationItem | None) -> dict[str, str]:
    """Return the addresses of what `user` may do with `secret`, "" for what they may not."""
    name = [secret.environment_id, secret.service_id, secret.credential_type]
    rotation = to_do.rotation if to_do is not None else None
    record = not secret.is_retired and may_record(user, secret, rotation)
    edit = f"{_address('admin:inventory_secret_change', secret.pk)}?{urlencode({'next': secret.get_absolute_url()})}"
    return {
        "record_url": _address("rotations:record_one", *name) if record else "",
        "edit_url": edit if may_edit(user, secret) and not edit.startswith("?") else "",
        "hand_over_url": f"{reverse('inventory:change_owner')}?ids={secret.pk}" if may_hand_over(user, secret) else "",
    }


def _address(page: str, *args: object) -> str:
    try:
        return reverse(page, args=args)
    except NoReverseMatch:
        return ""
