"""Makes, resets and revokes calendar feeds; the key is returned once and kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from audit.acts import because
from audit.models import User
from contacts.models import Team
from inventory.models import Environment
from rotations.feed_keys import FreshKey, make_key
from rotations.models import CalendarFeed
from rotations.policies import may_make_feeds, may_revoke_feed


@dataclass(frozen=True, slots=True)
class FreshFeed:
    """A feed whose key was made a moment ago, and the address that nobody will be shown again."""

    feed: CalendarFeed
    address: str = field(repr=False)


def make_feed(
    *,
    by: User,
    scope: str,
    team: Team | None = None,
    environment: Environment | None = None,
    expires_on: date | None = None,
) -> FreshFeed:
    """Make a feed of the account `by`; raises PermissionDenied where it may not see the register."""
    if not may_make_feeds(by):
        raise PermissionDenied("A role is needed to have a calendar feed.")
    because("Made a calendar feed")
    key = make_key()
    feed = CalendarFeed(
        account=by,
        scope=scope,
        team=team,
        environment=environment,
        expires_on=expires_on,
        key_prefix=key.prefix,
        key_hash=key.digest,
    )
    feed.full_clean()
    feed.save()
    return _fresh(feed, key)


def reset_feed(*, feed: CalendarFeed, by: User) -> FreshFeed:
    """Give the feed another key; its old address is unknown from now on.

    Raises ValidationError with code "revoked" for a revoked feed.
    """
    because("Reset the address of a calendar feed")
    with transaction.atomic():
        feed = _locked(feed, by)
        if feed.account_id != by.pk:
            raise PermissionDenied("An address is shown to the feed's own account only.")
        if feed.revoked_at is not None:
            raise ValidationError("This feed was revoked. Make a new one.", code="revoked")
        key = make_key()
        feed.key_prefix, feed.key_hash = key.prefix, key.digest
        feed.save()
    return _fresh(feed, key)


def revoke_feed(*, feed: CalendarFeed, by: User, now: datetime) -> CalendarFeed:
    """End the feed for good; its address answers with a calendar that says so. Revoking twice changes nothing."""
    because("Revoked a calendar feed")
    with transaction.atomic():
        feed = _locked(feed, by)
        if feed.revoked_at is None:
            feed.revoked_at = now
            feed.save()
    return feed


def _locked(feed: CalendarFeed, by: User) -> CalendarFeed:
    found: CalendarFeed = CalendarFeed.objects.select_for_update().get(pk=feed.pk)
    if not may_revoke_feed(by, found):
        raise PermissionDenied("This is somebody else's calendar feed.")
    return found


def _fresh(feed: CalendarFeed, key: FreshKey) -> FreshFeed:
    return FreshFeed(feed, f"{settings.SITE_URL}{reverse('rotations:feed', args=[key.text])}")
