"""What people do about changes: mark what is shown as reviewed, object, answer, take back."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from audit import change_views, counter_change, reviewing
from audit.change_page import page_of
from audit.changes_form import ChangesForm
from audit.models import ChangeSet, User
from audit.policies import is_security, may_answer, may_object, may_review, may_take_back
from audit.relative_dates import counted
from audit.review_forms import AnswerForm, ObjectionForm

MOST_IDS = 100
MOST_DIGITS = 18  # of a key; more would not fit into the database


@require_POST
def review(request: HttpRequest) -> HttpResponse:
    """Mark what the reader saw: the entries named by `ids`, or all of the filters in the address with `stamp`."""
    user, now = _user(request), timezone.now()
    if not is_security(user):
        raise PermissionDenied
    found: QuerySet[ChangeSet] = ChangeSet.objects.filter(pk__in=_keys(request))
    if "stamp" in request.POST:
        wanted = ChangesForm(request.GET).wanted()
        last = change_views.last_review(user)
        wanted = change_views.bounded(wanted, last=last, today=timezone.localdate(now))
        seen = change_views.seen(wanted, by=user, stamp=request.POST["stamp"])
        if seen is None:
            messages.warning(request, "The list has changed since you saw it, so nothing was marked. Look again.")
            return _back(request)
        found = seen
    count = reviewing.mark_reviewed(found, by=user, at=now)
    words = f"Marked {counted(count, 'change')} as reviewed." if count else "Nothing here waits for you any more."
    messages.success(request, words)
    return _back(request)


@require_POST
def review_one(request: HttpRequest, pk: int) -> HttpResponse:
    change_set = get_object_or_404(ChangeSet, pk=pk)
    if not may_review(request.user, change_set):
        raise PermissionDenied
    reviewing.review_one(change_set, by=_user(request), at=timezone.now())
    messages.success(request, f"Marked {_name(change_set)} as reviewed.")
    return redirect(change_set)


@require_POST
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    change_set, form = get_object_or_404(ChangeSet, pk=pk), ObjectionForm(request.POST)
    if not may_object(request.user, change_set):
        raise PermissionDenied
    if not form.is_valid():
        return page_of(request, change_set, objection_form=form)
    reviewing.object_to(change_set, by=_user(request), comment=form.cleaned_data["comment"], at=timezone.now())
    author = change_set.actor_name or "Security, for the system,"
    messages.success(request, f"Objected to {_name(change_set)}. {author} is told on the first page.")
    return redirect(change_set)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    change_set, form = get_object_or_404(ChangeSet, pk=pk), AnswerForm(request.POST)
    if not may_answer(request.user, change_set):
        raise PermissionDenied
    if not form.is_valid():
        return page_of(request, change_set, answer_form=form)
    try:
        reviewing.answer(change_set, by=_user(request), comment=form.cleaned_data["comment"], at=timezone.now())
        messages.success(request, "Answered. Somebody of the security team looks at it again.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(change_set)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    change_set = get_object_or_404(ChangeSet, pk=pk)
    if not may_take_back(request.user, change_set):
        raise PermissionDenied
    try:
        counter = counter_change.take_back(change_set, by=_user(request), at=timezone.now())
        messages.success(request, f"Took back {_name(change_set)}: {_name(counter)} is the change that did it.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(change_set)


def _keys(request: HttpRequest) -> list[int]:
    texts = request.POST.getlist("ids")[:MOST_IDS]
    return [int(text) for text in texts if text.isdecimal() and len(text) <= MOST_DIGITS]


def _back(request: HttpRequest) -> HttpResponseRedirect:
    query = request.GET.urlencode()
    return HttpResponseRedirect(f"{reverse('audit:changes')}{'?' if query else ''}{query}")


def _name(change_set: ChangeSet) -> str:
    return f"entry {change_set.pk}"


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
