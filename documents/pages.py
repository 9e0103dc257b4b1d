"""The pages of the living document: read it, take it away, bring one in."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit.acts import because, current_act
from audit.change_sets import ChangeSet
from audit.ledger.anchoring import anchored
from audit.models import User
from documents import exporting
from documents.forms import ImportForm
from documents.importing.plan import Plan, carry_out, plan
from documents.importing.preview import preview_of
from documents.policies import may_import, may_see_document
from documents.rendering import as_html, chapters

# What a browser shows without waiting long; above it the file is offered instead.
MOST_SHOWN = 400_000


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    if not may_see_document(_user(request)):
        raise PermissionDenied
    text = exporting.document()
    is_long = len(text) > MOST_SHOWN
    shown = {
        "is_long": is_long,
        "may_import": may_import(_user(request)),
        "html": "" if is_long else as_html(text),
        "chapters": [] if is_long else chapters(text),
    }
    return render(request, "documents/document.html", shown)


@require_safe
def markdown(request: HttpRequest) -> HttpResponse:
    if not may_see_document(_user(request)):
        raise PermissionDenied
    response = HttpResponse(exporting.document(), content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="secrets-index.md"'
    return anchored(response)


@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    if not may_import(_user(request)):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "documents/import.html", {"form": form})
    form.let_stay()
    is_meant = "confirm" in request.POST
    planned = _plan(request, form, lock=is_meant)
    problem = _carried_out(request, planned, form) if is_meant else ""
    preview = preview_of(planned)
    if is_meant and not problem:
        return redirect(reverse("inventory:secrets") + ("?owner=none" if preview.without_owner else ""))
    shown = {"form": form, "plan": planned, "preview": preview, "problem": problem}
    return render(request, "documents/import_preview.html", shown)


def _plan(request: HttpRequest, form: ImportForm, *, lock: bool) -> Plan:
    text, now = form.cleaned_data["text"], timezone.now()
    return plan(text, by=_user(request), at=now, today=timezone.localdate(now), lock=lock)


def _carried_out(request: HttpRequest, planned: Plan, form: ImportForm) -> str:
    """Carry the plan out and say so; return what kept it from being carried out, "" for nothing."""
    if form.cleaned_data["seen"] != planned.fingerprint:
        return "The register or the document changed since the preview. Nothing was imported: look again."
    current_act().source = ChangeSet.Source.IMPORT
    because("Import of a document")
    try:
        with transaction.atomic():
            carry_out(planned, leave_out_problems=form.cleaned_data["leave_out"])
    except ValidationError as error:
        return " ".join(error.messages)
    messages.success(request, preview_of(planned).done)
    return ""


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
