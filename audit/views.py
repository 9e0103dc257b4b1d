"""Shows the change log: who changed what, when and why, and what became of it. Nothing can be changed here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from audit import change_views
from audit import changes as change_log
from audit.change_page import page_of
from audit.changes import Wanted
from audit.changes_form import ChangesForm
from audit.ledger.head import head
from audit.models import ChangeSet, User
from audit.policies import is_security, may_see_changes
from audit.review_queue import queue
from audit.review_states import states
from audit.reviewers import others_who_review

PER_PAGE = 30


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if not may_see_changes(user):
        raise PermissionDenied
    form, today = ChangesForm(request.GET), localdate()
    last = change_views.last_review(user)
    wanted = change_views.bounded(form.wanted(), last=last, today=today)
    numbers = change_views.counts(wanted)
    page = _page(request, wanted, numbers[wanted.view])
    shown = {
        "form": form,
        "chips": form.chips(),
        "wanted": wanted,
        "views": change_views.views(form, numbers, wanted.view),
        "page": page,
        "entries": change_log.entries(page.object_list, wanted=wanted),
        "last": last,
        "queue": queue(today),
        "total": ChangeSet.objects.count(),
        "head": head(),
    }
    return render(request, "audit/changes.html", shown | _of_review(user, wanted, list(page.object_list)))


@require_GET
def change_set(request: HttpRequest, pk: int) -> HttpResponse:
    if not may_see_changes(request.user):
        raise PermissionDenied
    return page_of(request, get_object_or_404(ChangeSet, pk=pk))


def _page(request: HttpRequest, wanted: Wanted, count: int) -> Page[ChangeSet]:
    paginator = Paginator(change_log.change_sets(wanted), PER_PAGE)
    paginator.count = count  # known already
    return paginator.get_page(request.GET.get("page"))


def _of_review(user: User, wanted: Wanted, shown: Sequence[ChangeSet]) -> dict[str, object]:
    """Return what became of what is shown, and what of it `user` can review."""
    found = states(shown)
    mine = change_views.to_review(wanted, by=user) if is_security(user) else None
    return {
        "states": found,
        "on_page": [key for key, state in found.items() if state.is_to_review and state.author_id != user.pk],
        "to_review": mine,
        "may_review": mine is not None,
        "is_alone": mine is not None and mine.own and not others_who_review(user).exists(),
    }
