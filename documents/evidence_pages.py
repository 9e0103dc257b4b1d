"""The pages of evidence packs: ask for one, see which were made, take one away."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from audit.models import User
from documents.evidence.recording import download_again, make_pack
from documents.evidence.wish import quarter_of
from documents.evidence_form import EvidenceForm
from documents.models import EvidencePack
from documents.policies import may_make_evidence

PER_PAGE = 30
WEB = EvidencePack.Through.WEB


@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest) -> HttpResponse:
    user, now = cast(User, request.user), timezone.now()
    if not may_make_evidence(user):
        raise PermissionDenied
    today = timezone.localdate(now)
    form = EvidenceForm(request.POST if request.method == "POST" else None, today=today, initial=_first_words(request))
    if request.method == "POST" and form.is_valid():
        wish, reason = form.cleaned_data["wish"], form.cleaned_data["reason"]
        _, made = make_pack(wish, by=user, at=now, through=WEB, reason=reason)
        return redirect(f"{reverse('documents:evidence')}?made={made.pk}")
    return render(request, "documents/evidence.html", {"form": form} | _past_packs(request))


@require_POST
def download(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    if not may_make_evidence(user):
        raise PermissionDenied
    made = get_object_or_404(EvidencePack.objects.made(), pk=pk)
    try:
        pack = download_again(made, by=user, at=timezone.now(), through=WEB)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("documents:evidence")
    response = HttpResponse(pack.data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{pack.file_name}"'
    return response


def _first_words(request: HttpRequest) -> dict[str, str]:
    """Return what stands in the form at first: the last quarter that is over, unless a day is asked for."""
    if "as_of" in request.GET:
        return {"as_of": request.GET["as_of"][:10]}
    this_quarter, _ = quarter_of(timezone.localdate())
    return {"quarter": quarter_of(this_quarter - timedelta(days=1))[0].isoformat()}


def _past_packs(request: HttpRequest) -> dict[str, object]:
    newest = EvidencePack.objects.order_by("-pk")
    packs = EvidencePack.objects.made().prefetch_related(Prefetch("downloads", newest))
    page = Paginator(packs, PER_PAGE).get_page(request.GET.get("page"))
    number = request.GET.get("made", "")
    is_number = number.isascii() and number.isdigit() and len(number) <= 18
    return {
        "page": page,
        "packs": page.object_list,
        "made": EvidencePack.objects.made().filter(pk=int(number)).first() if is_number else None,
    }
