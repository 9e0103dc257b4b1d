"""The list of secrets, and the search that leads to one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.address_guard import guards_itself
from audit.context import address
from audit.ledger.head import head
from audit.models import User
from audit.policies import OWNER, is_examiner, is_security, roles_of
from inventory import csv_out, list_links, listing, past_list
from inventory import search as search_for
from inventory.counts import Counts
from inventory.drawn import Drawn, drawn
from inventory.filters import SecretFilters, past_day
from inventory.models import Secret
from inventory.policies import may_add, may_administer_inventory, may_edit, person_of
from inventory.wanted import Wanted

MOST_SEARCHED = 200
CHUNK = 1000


class SeeOther(HttpResponseRedirect):
    """Sends the browser to what was found."""

    status_code = 303


@require_safe
def secrets(request: HttpRequest) -> HttpResponse:
    user, counts = cast(User, request.user), Counts(timezone.localdate())
    at, day = request.GET.get("page", "")[:MOST_SEARCHED], past_day(request.GET, today=counts.today)
    if day is not None:
        return _past(request, day, at)
    return render(request, "inventory/secrets.html", _now(request, counts, at) | _doors(user))


@require_safe
def csv(request: HttpRequest) -> HttpResponseBase:
    now = timezone.localtime()
    counts, day = Counts(now.date()), past_day(request.GET, today=now.date())
    if day is not None:
        return _past_csv(request, day)
    form = SecretFilters(request.GET, counts=counts)
    if "as_of" in form.errors:
        return redirect(f"{reverse('inventory:secrets')}?{request.GET.urlencode()}")
    rows = listing.in_order(form.wanted(), today=now.date()).visible_to(cast(User, request.user))
    closing = _closing(form, f"{now:%Y-%m-%d %H:%M}", rows.count(), counts, request)
    lines = csv_out.lines(rows.with_people().iterator(chunk_size=CHUNK), today=now.date(), closing=closing)
    return _table(lines, now.date())


@guards_itself("q")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:MOST_SEARCHED].replace("\0", " ")  # PostgreSQL refuses a NUL
    found = search_for.find(text, user=cast(User, request.user))
    if found.only is not None:
        return SeeOther(found.only.get_absolute_url())
    shown = {"found": found, "text": "" if found.refusal else text.strip()}
    return render(request, "inventory/search.html", shown, status=400 if found.refusal else 200)


def _now(request: HttpRequest, counts: Counts, at: str) -> dict[str, object]:
    user, form = cast(User, request.user), SecretFilters(request.GET, counts=counts)
    wanted = form.wanted()
    page = counts.remembered(repr((wanted, at, _whose(user))), lambda: _drawn(wanted, counts, at, user))
    return {
        "form": form,
        "chips": form.chips(),
        "wanted": wanted,
        "page": page,
        "views": list_links.views(wanted, person=person_of(user), counts=counts),
        "columns": list_links.columns(wanted),
        "overview": counts.overview(),
        "most_on_one": listing.MOST_ON_ONE,
        "next_secret": _next_secret(counts.today) if not page.total else None,
    }


def _drawn(wanted: Wanted, counts: Counts, at: str, user: User) -> Drawn:
    page = listing.page_of(wanted, counts=counts, at=at)
    secrets = [secret for group in page.groups for secret in group.secrets]
    changeable = {secret.pk for secret in secrets if may_edit(user, secret)}
    return drawn(page, changeable=changeable, today=counts.today)


def _past(request: HttpRequest, day: date, at: str) -> HttpResponse:
    user = cast(User, request.user)
    shown = past_list.shown(request.GET.dict(), day, user=user, at=at)
    doors = {"evidence_url": address("documents:evidence") if is_examiner(user) else ""}
    return render(request, "inventory/secrets.html", shown | doors)


def _past_csv(request: HttpRequest, day: date) -> StreamingHttpResponse:
    counts = past_list.PastCounts(day)
    form = past_list.filters_of(request.GET.dict(), counts)
    rows = counts.register.in_order(form.wanted())
    closing = _closing(form, f"the end of {day}", len(rows), counts, request)
    return _table(csv_out.lines(rows, today=day, closing=closing), day)


def _closing(form: SecretFilters, as_of: str, shown: int, counts: Counts, request: HttpRequest) -> str:
    """Return the last line of a table: what it is, so that it can be judged where it ends up."""
    filters = ", ".join(chip.words for chip in form.chips()) or "no filter"
    words = f"Secrets Index, {settings.PLATFORM_NAME}. As of {as_of} {settings.TIME_ZONE}, {filters},"
    words += f" {shown} of {counts.overview().in_use} secrets in use. Exported by {request.user}."
    return f"{words} Head of the ledger: {head()}."


def _table(lines: Iterator[str], day: date) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="secrets-{day}.csv"'
    return response


def _whose(user: User) -> str:
    """Return what tells apart those to whom `may_edit` gives different rows to tick."""
    person = person_of(user) if OWNER in roles_of(user) else None
    return "every row" if is_security(user) else f"rows of {person.pk}" if person else "no row"


def _next_secret(today: date) -> Secret | None:
    return Secret.objects.on_schedule(today).order_by("next_rotation_on", "pk").first()


def _doors(user: User) -> dict[str, str]:
    """Return the addresses of what `user` may do from the list, "" for what they may not."""
    return {
        "add_url": address("admin:inventory_secret_add") if may_add(user) else "",
        "import_url": address("documents:import"),
        "import_csv_url": address("inventory:import_csv") if may_administer_inventory(user) else "",
        "record_url": address("rotations:record"),
        "together_url": address("rotations:new") if is_security(user) else "",
        "change_owner_url": address("inventory:change_owner"),
    }
