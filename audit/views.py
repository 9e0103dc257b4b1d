"""Shows the change log: who changed what, when and why. Nothing can be changed here."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from audit import changes as change_log
from audit.changes_form import ChangesForm
from audit.models import ChangeRow, ChangeSet
from audit.policies import may_see_changes

PER_PAGE = 30
ROWS_PER_PAGE = 100


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    if not may_see_changes(request.user):
        raise PermissionDenied
    form = ChangesForm(request.GET)
    wanted = form.wanted()
    page = Paginator(change_log.change_sets(wanted), PER_PAGE).get_page(request.GET.get("page"))
    found = change_log.entries(page.object_list, wanted=wanted)
    shown = {"form": form, "chips": form.chips(), "wanted": wanted, "page": page, "entries": found}
    return render(request, "audit/changes.html", shown | {"total": ChangeSet.objects.count(), "today": localdate()})


@require_GET
def change_set(request: HttpRequest, pk: int) -> HttpResponse:
    if not may_see_changes(request.user):
        raise PermissionDenied
    found = get_object_or_404(ChangeSet, pk=pk)
    rows = ChangeRow.objects.filter(change_set=found).order_by("pk")
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "audit/change_set.html", {"change_set": found, "page": page})
