"""Serves calendar feeds to programs that bring nothing but the key in their address."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.db import connection
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
# Written out and read without a model, because an unchanged feed costs little more than this query.
WHAT_IS_SENT = """
    SELECT feed.id, feed.key_hash, (SELECT SUM(number) FROM rotations_calendarversion),
           feed.last_used_at IS NULL OR feed.last_used_at <= %s
    FROM rotations_calendarfeed AS feed WHERE feed.key_prefix = %s
"""
HEADERS = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class Sent(NamedTuple):
    """The feed a key opens, by its key, the version of all calendars, and whether its use is to be noted again."""

    feed: int
    version: int
    is_to_be_noted: bool


@takes_keys
@login_not_required
@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    sent = what_is_sent(key)
    if sent is None:
        raise Http404
    if sent.is_to_be_noted:
        CalendarFeed.objects.filter(pk=sent.feed).update(last_used_at=timezone.now())
    today = timezone.localdate()
    tag = tag_of(sent.feed, version=sent.version, today=today)
    response = get_conditional_response(request, etag=f'"{tag}"')
    if response is None:
        found = CalendarFeed.objects.with_subject().select_related("account").get(pk=sent.feed)
        response = HttpResponse(body_of(found, tag=tag, today=today), content_type=CONTENT_TYPE)
    for name, value in {"ETag": f'"{tag}"', **HEADERS}.items():
        response[name] = value
    return response


def what_is_sent(key: str) -> Sent | None:
    """Return what the key opens, a revoked feed included, or None.

    One query; the same query and the same time where there is no such feed.
    """
    row = _row_of(prefix_of(key)) if is_key(key) else None
    if not is_right(key, row[1] if row is not None else None) or row is None:
        return None
    return Sent(row[0], int(row[2] or 0), bool(row[3]))


def _row_of(prefix: str) -> tuple[int, str, int | None, bool] | None:
    long_ago = connection.ops.adapt_datetimefield_value(timezone.now() - USE_NOTED_EVERY)
    with connection.cursor() as cursor:
        cursor.execute(WHAT_IS_SENT, [long_ago, prefix])
        row: tuple[int, str, int | None, bool] | None = cursor.fetchone()
    return row
