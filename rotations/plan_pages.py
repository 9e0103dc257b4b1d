"""The page that plans: what is asked, what would be done and why, and then doing it."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.context import address
from audit.models import User
from audit.relative_dates import counted
from rotations.plan_forms import PlanForm
from rotations.plan_gathering import Gathered
from rotations.plan_making import MOST_ROTATIONS, Made, carry_out, one_after_the_other
from rotations.plan_preview import Preview
from rotations.policies import may_plan

MOST_SHOWN = 300
CHANGED = "The register changed since you looked. This is the plan as it would be now: look again, then create it."


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    user, today = cast(User, request.user), timezone.localdate()
    if not may_plan(user):
        raise PermissionDenied
    asked = request.POST if request.method == "POST" else request.GET
    form = PlanForm(asked or None, today=today)
    if not form.is_valid():
        return render(request, "rotations/plan.html", {"form": form, **_around()})
    if request.method == "POST":
        return _created(request, form, user)
    return _shown(request, form, Preview(Gathered(form.wish(), today)))


def _created(request: HttpRequest, form: PlanForm, user: User) -> HttpResponse:
    """Carry out what was looked at, if it still is what it was."""
    with transaction.atomic():
        one_after_the_other()
        preview = Preview(Gathered(form.wish(), form.today))
        if preview.digest != request.POST.get("digest", ""):
            messages.warning(request, CHANGED)
            return _shown(request, form, preview)
        if not preview.to_do or len(preview.events) > MOST_ROTATIONS:
            return _shown(request, form, preview)
        try:
            made = carry_out(preview, by=user)
        except ValidationError as error:
            messages.warning(request, error.messages[0])
            return redirect(f"{reverse('rotations:plan')}?{form.query()}")
    messages.success(request, _words(made))
    return redirect("rotations:rotations")


def _shown(request: HttpRequest, form: PlanForm, preview: Preview) -> HttpResponse:
    days = preview.days if "all" in request.GET else preview.first_days(MOST_SHOWN)
    shown = {
        "form": form,
        "preview": preview,
        "days": days,
        "left": preview.left[: None if "all" in request.GET else MOST_SHOWN],
        "not_shown": len(preview.plan.placed) - sum(len(day.lines) for day in days),
        "most_rotations": MOST_ROTATIONS,
        "query": form.query(),
        **_around(),
    }
    return render(request, "rotations/plan.html", shown)


def _words(made: Made) -> str:
    said = [f"{counted(len(made.created), 'rotation')} created."] if made.created else []
    said += [f"{counted(len(made.moved), 'rotation')} moved."] if made.moved else []
    said += (
        [f"{counted(len(made.emptied), 'rotation')} cancelled, for nothing is left in them."] if made.emptied else []
    )
    return " ".join(said)


def _around() -> dict[str, object]:
    """Return what stands around the form: where closed days are kept, and whose holidays count for most people."""
    admin_urls = {
        "freezes": address("admin:rotations_freezeperiod_changelist"),
        "absences": address("admin:contacts_absence_changelist"),
    }
    return {"admin_urls": admin_urls, "holidays": settings.HOLIDAYS}
