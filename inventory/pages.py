"""The list of secrets, and the search that leads to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from audit.address_guard import guards_itself
from audit.context import address
from audit.models import User
from audit.policies import OWNER, is_security, roles_of
from inventory import csv_out, list_links, listing
from inventory import search as search_for
from inventory.counts import Counts
from inventory.filters import SecretFilters
from inventory.models import Secret
from inventory.policies import may_add, may_administer_inventory, may_edit, person_of
from inventory.wanted import Wanted

MOST_SEARCHED = 200


class SeeOther(HttpResponseRedirect):
    """Sends the browser to what was found."""

    status_code = 303


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page of the list with its rows drawn, so that the next reader of the same page needs no rows."""

    rows: SafeString
    has_ticks: bool
    shown: int
    total: int
    previous: str
    next: str


@require_safe
def secrets(request: HttpRequest) -> HttpResponse:
    user, counts = cast(User, request.user), Counts(timezone.localdate())
    form = SecretFilters(request.GET, counts=counts)
    wanted, at = form.wanted(), request.GET.get("page", "")[:MOST_SEARCHED]
    page = counts.remembered(repr((wanted, at, _whose(user))), lambda: _drawn(wanted, counts, at, user))
    found = {
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
    return render(request, "inventory/secrets.html", found | _doors(user))


@require_safe
def csv(request: HttpRequest) -> StreamingHttpResponse:
    now = timezone.localtime()
    counts = Counts(now.date())
    form = SecretFilters(request.GET, counts=counts)
    wanted = form.wanted()
    rows = listing.in_order(wanted, today=now.date()).visible_to(cast(User, request.user))
    filters = ", ".join(chip.words for chip in form.chips()) or "no filter"
    closing = f"Secrets Index, {settings.PLATFORM_NAME}. As of {now:%Y-%m-%d %H:%M} {settings.TIME_ZONE}, {filters},"
    closing += f" {rows.count()} of {counts.overview().in_use} secrets in use. Exported by {request.user}."
    lines = csv_out.lines(rows, today=now.date(), closing=closing)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="secrets-{now:%Y-%m-%d}.csv"'
    return response


@guards_itself("q")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:MOST_SEARCHED].replace("\0", " ")  # PostgreSQL refuses a NUL
    found = search_for.find(text, user=cast(User, request.user))
    if found.only is not None:
        return SeeOther(found.only.get_absolute_url())
    shown = {"found": found, "text": "" if found.refusal else text.strip()}
    return render(request, "inventory/search.html", shown, status=400 if found.refusal else 200)


def _drawn(wanted: Wanted, counts: Counts, at: str, user: User) -> Drawn:
    page = listing.page_of(wanted, counts=counts, at=at)
    secrets = [secret for group in page.groups for secret in group.secrets]
    changeable = {secret.pk for secret in secrets if may_edit(user, secret)}
    rows = render_to_string(
        "inventory/rows.html", {"groups": page.groups, "changeable": changeable, "today": counts.today}
    )
    return Drawn(rows, bool(changeable), page.shown, page.total, page.previous, page.next)


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
        "change_owner_url": address("inventory:change_owner"),
    }
