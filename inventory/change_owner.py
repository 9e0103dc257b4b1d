"""The page on which secrets are handed over, many at once: who has them now and who will, then all of them or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit.models import User
from audit.relative_dates import counted
from contacts.models import Person
from inventory import ownership
from inventory.forms import ChangeOwnerForm
from inventory.models import Secret
from inventory.policies import may_hand_over


@dataclass(frozen=True, slots=True)
class Line:
    """One secret, who has it now and who will."""

    secret: Secret
    owner: Person | None
    backup_owner: Person | None

    @property
    def problem(self) -> str:
        """What speaks against it, "" where nothing does."""
        if self.owner is not None and self.owner == self.backup_owner:
            return f"{self.owner} would be owner and backup owner."
        return ""


@require_http_methods(["GET", "HEAD", "POST"])
def change_owner(request: HttpRequest) -> HttpResponse:
    """Show what would change; with `confirm` do it. The links of a secret and the ticks of the list lead here."""
    user, asked = cast(User, request.user), request.POST if request.method == "POST" else request.GET
    secrets = _asked_for(asked.getlist("ids"), user)
    if not secrets:
        messages.warning(request, "Tick the secrets to hand over first.")
        return redirect("inventory:secrets")
    if not all(may_hand_over(user, secret) for secret in secrets):
        raise PermissionDenied
    form = ChangeOwnerForm(asked if "reason" in asked else None)
    is_chosen = form.is_valid()
    if "confirm" in request.POST and is_chosen and _handed_over(request, user, secrets, form):
        return redirect(secrets[0] if len(secrets) == 1 else "inventory:secrets")
    shown = {"form": form, "lines": _lines(secrets, form), "is_chosen": is_chosen}
    return render(request, "inventory/change_owner.html", shown)


def _asked_for(keys: Iterable[str], user: User) -> list[Secret]:
    numbers = {int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 18}
    known = Secret.objects.visible_to(user).select_related("environment", "owner", "backup_owner")
    return list(known.filter(pk__in=numbers).order_by("name"))


def _handed_over(request: HttpRequest, user: User, secrets: Sequence[Secret], form: ChangeOwnerForm) -> bool:
    owner, backup_owner = form.person("owner"), form.person("backup_owner")
    reason = form.cleaned_data["reason"]
    try:
        with transaction.atomic():
            changed = ownership.hand_over(
                secrets=secrets, by=user, reason=reason, owner=owner, backup_owner=backup_owner
            )
    except ValidationError as error:
        form.add_error(None, [*error.messages, "Nothing was changed."])
        return False
    if changed:
        messages.success(request, f"{counted(len(changed), 'secret')} handed over.")
    else:
        messages.info(request, "They had these owners already. Nothing was changed.")
    return True


def _lines(secrets: Sequence[Secret], form: ChangeOwnerForm) -> list[Line]:
    owner, backup_owner = form.person("owner"), form.person("backup_owner")
    return [
        Line(
            secret,
            secret.owner if owner is ownership.KEEP else cast("Person | None", owner),
            secret.backup_owner if backup_owner is ownership.KEEP else cast("Person | None", backup_owner),
        )
        for secret in secrets
    ]
