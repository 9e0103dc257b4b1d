"""Makes, changes, resets and revokes calendar feeds; the key is returned once and kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Required, TypedDict, Unpack

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from audit.acts import because
from audit.models import User
from contacts.models import Person, Team
from inventory.models import Environment, SecretType
from rotations.feed_keys import FreshKey, make_key
from rotations.models import CalendarFeed
from rotations.policies import may_change_feed, may_make_feeds, may_revoke_feed


@dataclass(frozen=True, slots=True)
class FreshFeed:
    """A feed whose key was made a moment ago, and the address that nobody will be shown again."""

    feed: CalendarFeed
    address: str = field(repr=False)


class FeedFacts(TypedDict, total=False):
    """What people say of a feed: whose it is, what it holds and its last day."""

    scope: Required[str]
    person: Person | None
    team: Team | None
    environment: Environment | None
    type: SecretType | None
    expires_on: date | None
    with_reminders: bool
    with_clean_ups: bool
    with_expected: bool
    with_alarms: bool


def make_feed(*, by: User, **facts: Unpack[FeedFacts]) -> FreshFeed:
    """Make a feed of the account `by`; raises PermissionDenied where it may not see the register."""
    if not may_make_feeds(by):
        raise PermissionDenied("A role is needed to have a calendar feed.")
    because("Made a calendar feed")
    key = make_key()
    feed = CalendarFeed(account=by, key_prefix=key.prefix, key_hash=key.digest, **facts)
    feed.full_clean()
    feed.save()
    return _fresh(feed, key)


def change_feed(*, feed: CalendarFeed, by: User, **facts: Unpack[FeedFacts]) -> CalendarFeed:
    """Let the feed hold something else under its old address; programs find it there when they look next.

    Raises PermissionDenied for somebody else's feed, and ValidationError with code "revoked" for a revoked one.
    """
    because("Changed what a calendar feed holds")
    with transaction.atomic():
        feed = _locked(feed, by)
        if not may_change_feed(by, feed):
            raise PermissionDenied("What a feed holds is chosen by its own account only.")
        _refuse_revoked(feed)
        for name, value in facts.items():
            setattr(feed, name, value)
        feed.full_clean()
        feed.save()
    return feed


def reset_feed(*, feed: CalendarFeed, by: User) -> FreshFeed:
    """Give the feed another key; its old address is unknown from now on.

    Raises ValidationError with code "revoked" for a revoked feed.
    """
    because("Reset the address of a calendar feed")
    with transaction.atomic():
        feed = _locked(feed, by)
        if feed.account_id != by.pk:
            raise PermissionDenied("An address is shown to the feed's own account only.")
        _refuse_revoked(feed)
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


def _refuse_revoked(feed: CalendarFeed) -> None:
    if feed.revoked_at is not None:
        raise ValidationError("This feed was revoked. Make a new one.", code="revoked")


def _fresh(feed: CalendarFeed, key: FreshKey) -> FreshFeed:
    return FreshFeed(feed, f"{settings.SITE_URL}{reverse('rotations:feed', args=[key.text])}")
