"""What is said of single secrets on a rotation's page: verified, old one revoked, set aside, put back, taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from audit.forms import GuardedForm
from audit.models import User
from audit.relative_dates import counted
from rotations import marks
from rotations.mark_forms import AsideForm, DayForm
from rotations.models import Rotation, RotationItem
from rotations.row_keys import MOST_TO_UNDO, keys_of

Act = Callable[[Sequence[RotationItem], User], str]


@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    form, today = DayForm(request.POST, today=timezone.localdate()), timezone.localdate()

    def act(items: Sequence[RotationItem], user: User) -> str:
        marks.verify(items=items, by=user, on=form.day, today=today, evidence=form.cleaned_data["evidence"])
        return f"{counted(len(items), 'secret')} verified."

    return _marked(request, pk, act, form, undo="verified")


@require_POST
def revoke_old(request: HttpRequest, pk: int) -> HttpResponse:
    form, today = DayForm(request.POST, today=timezone.localdate()), timezone.localdate()

    def act(items: Sequence[RotationItem], user: User) -> str:
        marks.revoke_old(items=items, by=user, on=form.day, today=today, evidence=form.cleaned_data["evidence"])
        return f"{counted(len(items), 'old one')} revoked."

    return _marked(request, pk, act, form, undo="revoked")


@require_POST
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    form, today = AsideForm(request.POST), timezone.localdate()

    def act(items: Sequence[RotationItem], user: User) -> str:
        outcome, reason = form.cleaned_data["outcome"], form.cleaned_data["reason"]
        marks.set_aside(items=items, outcome=outcome, reason=reason, by=user, today=today)
        return f"{counted(len(items), 'secret')} {outcome}. No date moved."

    return _marked(request, pk, act, form)


@require_POST
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    def act(items: Sequence[RotationItem], user: User) -> str:
        marks.put_back(items=items, by=user)
        return f"{counted(len(items), 'secret')} to do again."

    return _marked(request, pk, act)


@require_POST
def take_back(request: HttpRequest, pk: int, mark: str) -> HttpResponse:
    if mark not in marks.MARKS:
        raise Http404

    def act(items: Sequence[RotationItem], user: User) -> str:
        marks.take_back(items=items, mark=mark, by=user)
        return "Taken back. Both entries are kept."

    return _marked(request, pk, act)


def _marked(
    request: HttpRequest, pk: int, act: Act, form: GuardedForm | None = None, *, undo: str = ""
) -> HttpResponse:
    """Do it to the chosen items or say why not; the message carries the address that takes it back."""
    user = cast(User, request.user)
    rotation = get_object_or_404(Rotation.objects.visible_to(user), pk=pk)
    try:
        items = _chosen(request, rotation)
        if form is not None:
            form.check()
        words = act(items, user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(rotation)
    keys = "&".join(f"item={item.pk}" for item in items) if undo and len(items) <= MOST_TO_UNDO else ""
    back = f"{reverse('rotations:take_back', args=[pk, undo])}?{keys}" if keys else ""
    messages.success(request, words, extra_tags=back)
    return redirect(rotation)


def _chosen(request: HttpRequest, rotation: Rotation) -> list[RotationItem]:
    """Return the items that are named, or of the ticked secrets; one that is unknown is a page that is not there."""
    named = [*request.POST.getlist("item"), *request.GET.getlist("item")]
    ticked = keys_of(request.POST.getlist("ids")) if not named else set()
    keys = keys_of(named)
    if not keys and not ticked:
        raise ValidationError("Tick the secrets first.", code="none")
    items = list(rotation.items.filter(secret__in=ticked) if ticked else rotation.items.filter(pk__in=keys))
    if len(items) != len(ticked or keys):
        raise Http404
    return items
