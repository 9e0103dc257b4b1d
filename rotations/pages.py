"""The pages about work: what needs somebody, the rotations, and recording one or many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.context import address
from audit.middleware import without_role
from audit.models import User
from audit.policies import is_security, may_see_register
from audit.relative_dates import counted
from audit.review_queue import queue
from inventory.counts import Counts
from inventory.models import Secret
from rotations import home as work
from rotations import preview, recording
from rotations.forms import RecordForm
from rotations.models import Rotation, RotationItem
from rotations.plan_offers import offers
from rotations.policies import may_plan, may_see_rotations
from rotations.progress import with_progress
from rotations.recent import recent
from rotations.row_keys import MOST_TO_UNDO, keys_of
from rotations.year import year_of

PER_PAGE = 30
MOST_SHOWN = 50


@without_role
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    if not may_see_register(user):
        return render(request, "rotations/no_role.html")
    today = timezone.localdate()
    counts = Counts(today)
    numbers = counts.overview()
    if not numbers.in_use and not numbers.retired:
        import_url = address("documents:import") if is_security(user) else ""
        return render(request, "rotations/first_steps.html", {"import_url": import_url})
    shown = {
        "overview": numbers,
        "tiles": work.tiles(numbers),
        "work": work.work_of(user, overview=numbers, today=today),
        "queue": queue(today),
        "recent": counts.remembered("recent", lambda: recent(today=today)),
        "year": counts.remembered("year", lambda: year_of(today)),
        "next_rotation": _next_rotation(),
        "secrets_url": address("inventory:secrets"),
    }
    return render(request, "rotations/home.html", shown)


@require_safe
def rotations(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    if not may_see_rotations(user):
        raise PermissionDenied
    known, today = Rotation.objects.visible_to(user).with_lead(), timezone.localdate()
    numbers, most = known.numbers_by_state(), None if "all" in request.GET else MOST_SHOWN
    page = Paginator(known.past().latest_first(), PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "upcoming": with_progress(known.upcoming().soonest_first()[:most]),
        "drafts": with_progress(known.drafts().soonest_first()[:most]),
        "past": with_progress(page.object_list),
        "page": page,
        "upcoming_count": numbers.get("planned", 0) + numbers.get("in_progress", 0),
        "draft_count": numbers.get("draft", 0),
        "year": Counts(today).remembered("year", lambda: year_of(today)),
        "secrets_url": address("inventory:secrets"),
        "plan_url": address("rotations:plan") if may_plan(user) else "",
        "offers": offers(today) if may_plan(user) else [],
    }
    return render(request, "rotations/rotations.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def record_one(request: HttpRequest, environment: str, service: str, credential_type: str) -> HttpResponse:
    user = _user(request)
    names = {"environment_id": environment, "service_id": service, "credential_type": credential_type}
    secret = get_object_or_404(Secret.objects.visible_to(user).with_people(), **names)
    form = RecordForm(request.POST or None, today=timezone.localdate())
    recorded = _recorded(form, [secret], user)
    if recorded is not None:
        _tell(request, recorded)
        return redirect(secret)
    [change] = preview.changes([secret], on=form.day, by=user)
    if change.problem is not None and change.problem.code == "not_yours":
        raise PermissionDenied(change.problem.message)
    return render(request, "rotations/record_one.html", {"secret": secret, "form": form, "change": change})


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    secrets = _ticked(request, user)
    if not secrets:
        if request.method == "POST":
            messages.warning(request, "Tick the secrets that were rotated, then record them.")
        return redirect(_next(request))
    form = RecordForm(request.POST if "on" in request.POST else None, today=timezone.localdate())
    plan = _plan(request, user)
    recorded = _recorded(form, secrets, user, plan) if request.POST.get("confirm") else None
    if recorded is not None:
        _tell(request, recorded)
        return redirect(_next(request))
    found = preview.changes(secrets, on=form.day, by=user, rotation=plan)
    shown = {"form": form, "changes": found, "refused": [change for change in found if change.is_refused], "plan": plan}
    return render(request, "rotations/record.html", shown | {"next": _next(request)})


@require_POST
def undo(request: HttpRequest, keys: str) -> HttpResponse:
    user = _user(request)
    wanted = keys_of(keys.split(","))
    known = RotationItem.objects.filter(pk__in=wanted, rotation__in=Rotation.objects.visible_to(user))
    items = list(known.select_related("secret", "rotation"))
    if not items or len(items) != len(wanted):
        raise Http404
    try:
        recording.undo(items=items, by=user, reason="Recorded by mistake, taken back")
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"Taken back. {counted(len(items), 'secret')} as before; both entries are kept.")
    return redirect(_back(request) or (items[0].secret if len(items) == 1 else items[0].rotation))


def _plan(request: HttpRequest, user: User) -> Rotation | None:
    """Return the rotation on whose page the secrets were ticked."""
    keys = keys_of([word for word in request.POST.getlist("rotation") if word])
    return Rotation.objects.visible_to(user).filter(pk__in=keys).first() if keys else None


def _recorded(
    form: RecordForm, secrets: list[Secret], user: User, plan: Rotation | None = None
) -> recording.Recorded | None:
    """Return what was recorded, or None with the form saying what stands against it."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return recording.record_rotation(secrets=secrets, by=user, today=form.today, rotation=plan, **form.cleaned_data)
    except ValidationError as error:
        form.refuse(error)
        return None


def _next_rotation() -> Rotation | None:
    """Return the first rotation in which secrets are left, with its progress."""
    soonest = Rotation.objects.upcoming().with_secrets_left().with_lead().soonest_first()
    return next(iter(with_progress(soonest[:1])), None)


def _tell(request: HttpRequest, recorded: recording.Recorded) -> None:
    """Say what was recorded; the message carries the address that takes it back (see components/messages.html)."""
    items = recorded.items
    keys = ",".join(str(item.pk) for item in items) if len(items) <= MOST_TO_UNDO else ""
    messages.success(request, _words_of(items), extra_tags=reverse("rotations:undo", args=[keys]) if keys else "")


def _words_of(items: Sequence[RotationItem]) -> str:
    said = "Rotation recorded." if len(items) == 1 else f"{len(items)} rotations recorded."
    days = sorted({item.secret.next_rotation_on for item in items if item.secret.next_rotation_on is not None})
    if not days:
        return f"{said} No interval is set, so there is no next date."
    return f"{said} Next due {days[0]}." if len(days) == 1 else f"{said} Next due from {days[0]} to {days[-1]}."


def _ticked(request: HttpRequest, user: User) -> list[Secret]:
    """Return the ticked secrets by name; one that is unknown is a page that is not there."""
    keys = keys_of((request.POST or request.GET).getlist("ids"))
    secrets = list(Secret.objects.visible_to(user).filter(pk__in=keys).with_people().order_by("name"))
    if len(secrets) != len(keys):
        raise Http404
    return secrets


def _next(request: HttpRequest) -> str:
    return _back(request) or address("inventory:secrets") or reverse("rotations:rotations")


def _back(request: HttpRequest) -> str:
    """Return the page that asked, "" where it names none of ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else ""


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
