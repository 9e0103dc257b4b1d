"""The pages on which people make, change, reset and revoke their calendar feeds."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.models import User
from inventory.policies import person_of
from rotations.calendar_forms import FeedForm
from rotations.feed_acts import FreshFeed, change_feed, make_feed, reset_feed, revoke_feed
from rotations.models import CalendarFeed
from rotations.qr import qr_code

# How many pages a session remembers that a feed was made on, and how long their marks are at most.
MOST_PAGES, MOST_OF_MARK = 20, 32


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = FeedForm(request.POST or None, user=user, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        return _once(request) or _show_address(request, make_feed(by=user, **form.wanted()))
    return _page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    feed = get_object_or_404(CalendarFeed.objects.visible_to(user).filter(revoked_at__isnull=True), pk=pk)
    form = FeedForm(request.POST or None, user=user, today=timezone.localdate(), feed=feed)
    if request.method == "POST" and form.is_valid():
        feed = change_feed(feed=feed, by=user, **form.wanted())
        messages.success(request, f"Changed: {feed}. Calendars show it when they look next.")
        return redirect("rotations:calendar")
    shown = {"form": form, "feed": feed, "has_person": person_of(user)}
    return render(request, "rotations/calendar_feed.html", shown)


@require_POST
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    feed = get_object_or_404(CalendarFeed.objects.visible_to(user), pk=pk)
    try:
        return _once(request) or _show_address(request, reset_feed(feed=feed, by=user))
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("rotations:calendar")


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    feed = get_object_or_404(CalendarFeed.objects.visible_to(user), pk=pk)
    revoke_feed(feed=feed, by=user, now=timezone.now())
    messages.success(request, f"Revoked: {feed}. Calendars that still ask for it are told so.")
    return redirect("rotations:calendar")


def _once(request: HttpRequest) -> HttpResponse | None:
    """Lead back who sends the same page again, so that loading an address anew makes no second one."""
    sent, known = request.POST.get("once", "")[:MOST_OF_MARK], request.session.get("feed_pages", [])
    if sent and sent in known:
        messages.warning(request, "That was done already, and its address is shown once. Take a new one if it is lost.")
        return redirect("rotations:calendar")
    if sent:
        request.session["feed_pages"] = [*known, sent][-MOST_PAGES:]
    return None


@never_cache
def _show_address(request: HttpRequest, fresh: FreshFeed) -> HttpResponse:
    # No redirect: the address would have to be kept somewhere on the way, and it is kept nowhere.
    webcal = "webcal" + fresh.address[fresh.address.index(":") :]
    shown = {"fresh": fresh, "webcal": webcal, "qr": qr_code(webcal)}
    return render(request, "rotations/calendar_address.html", shown)


def _page(request: HttpRequest, form: FeedForm) -> HttpResponse:
    user, today = form.user, form.today
    feeds = CalendarFeed.objects.visible_to(user).with_subject().order_by("-created_at", "-pk")
    rows = [(feed, feed.expires_on is not None and feed.expires_on < today) for feed in feeds]
    shown = {"form": form, "rows": rows, "has_person": person_of(user), "once": token_urlsafe(MOST_OF_MARK // 2)}
    return render(request, "rotations/calendar.html", shown)
