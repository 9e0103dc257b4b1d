"""People and moments that tests of the change log and of the past share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from audit import reviewing
from audit.acts import acting
from audit.models import ChangeSet, User
from tests.factories import make_user

# The week before what the tests of reviewing tell of.
EARLIER = timezone.make_aware(datetime(2026, 7, 7, 12))
DAY = date(2026, 6, 30)


@pytest.fixture
def author(db: None) -> User:
    return make_user(username="sina", first_name="Sina", last_name="Second", roles=("security",))


@pytest.fixture
def read(client: Client, security: User, author: User) -> Callable[..., str]:
    """Reads pages as security; what was needed for the test is reviewed, so that only its own changes wait."""
    reviewing.mark_reviewed(ChangeSet.objects.all(), by=security, at=EARLIER)
    client.force_login(security)
    return lambda address="/changes/": client.get(address).content.decode()


@pytest.fixture
def on(db: None) -> Iterator[Callable[..., Any]]:
    """`with on(day): …` is an act on that day; `hour` and others move it."""
    with override_settings(DEMO=True):
        yield lambda day=DAY, **wishes: acting(
            actor=None,
            source="system",
            reason="Told for a test",
            at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(**wishes),
        )
