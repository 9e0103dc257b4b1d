"""Serves calendar feeds to programs that bring nothing but the key in their address."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from rotations.calendar import CONTENT_TYPE
from rotations.feed_bodies import body_of, tag_of
from rotations.feed_keys import is_key, is_right, prefix_of
from rotations.models import CalendarFeed

# A write at every fetch would cost more than the fetch.
USE_NOTED_EVERY = timedelta(hours=1)
HEADERS = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


@login_not_required
@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    found = feed_by_key(key)
    if found is None:
        raise Http404
    _note_use(found)
    today = timezone.localdate()
    tag = tag_of(found, today=today)
    response = get_conditional_response(request, etag=f'"{tag}"')
    if response is None:
        response = HttpResponse(body_of(found, tag=tag, today=today), content_type=CONTENT_TYPE)
    for name, value in {"ETag": f'"{tag}"', **HEADERS}.items():
        response[name] = value
    return response


def feed_by_key(key: str) -> CalendarFeed | None:
    """Return the feed whose key this is, revoked or not; the same query and the same time where there is none."""
    if not is_key(key):
        return None
    found = CalendarFeed.objects.filter(key_prefix=prefix_of(key)).first()
    right = is_right(key, found.key_hash if found is not None else None)
    return found if right else None


def _note_use(found: CalendarFeed) -> None:
    now = timezone.now()
    if found.last_used_at is None or now - found.last_used_at >= USE_NOTED_EVERY:
        CalendarFeed.objects.filter(pk=found.pk).update(last_used_at=now)
