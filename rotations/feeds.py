"""Serves calendar feeds to programs that bring nothing but the key in their address."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from audit.address_guard import takes_keys
from rotations.calendar import CONTENT_TYPE
from rotations.feed_bodies import body_of, tag_of
from rotations.feed_keys import is_key, is_right, prefix_of
from rotations.models import CalendarFeed

# A write at every fetch would cost more than the fetch.
USE_NOTED_EVERY = timedelta(hours=1)
# Written out, because an unchanged feed costs little more than this query, and composing it would cost twice as much.
FEED_AND_VERSION = """
    SELECT feed.*, (SELECT SUM(number) FROM rotations_calendarversion) AS version
    FROM rotations_calendarfeed AS feed WHERE feed.key_prefix = %s
"""
HEADERS = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


@takes_keys
@login_not_required
@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    found, version = feed_by_key(key)
    if found is None:
        raise Http404
    _note_use(found)
    today = timezone.localdate()
    tag = tag_of(found, version=version, today=today)
    response = get_conditional_response(request, etag=f'"{tag}"')
    if response is None:
        response = HttpResponse(body_of(found, tag=tag, today=today), content_type=CONTENT_TYPE)
    for name, value in {"ETag": f'"{tag}"', **HEADERS}.items():
        response[name] = value
    return response


def feed_by_key(key: str) -> tuple[CalendarFeed | None, int]:
    """Return the feed whose key this is, revoked or not, and the version of all calendars.

    One query; the same query and the same time where there is no such feed.
    """
    rows = list(CalendarFeed.objects.raw(FEED_AND_VERSION, [prefix_of(key)])) if is_key(key) else []
    found = rows[0] if rows else None
    if not is_right(key, found.key_hash if found is not None else None):
        return None, 0
    return found, int(getattr(found, "version", None) or 0)


def _note_use(found: CalendarFeed) -> None:
    now = timezone.now()
    if found.last_used_at is None or now - found.last_used_at >= USE_NOTED_EVERY:
        CalendarFeed.objects.filter(pk=found.pk).update(last_used_at=now)
