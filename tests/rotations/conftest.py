"""A planned rotation, and the owner of its secrets signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.acts import acting
from audit.models import User
from contacts.models import Person
from rotations.drafting import create_rotation
from rotations.models import Rotation
from tests.factories import make_secret


@pytest.fixture
def rotation(security: User, owner: Person) -> Rotation:
    """A planned rotation of three secrets of `owner`, with its checklist."""
    secrets = [make_secret(name=f"prod/stripe/{name}", owner=owner) for name in "abc"]
    with acting(actor=security, source="web", reason="Planned"):
        return create_rotation(secrets=secrets, by=security, planned_on=timezone.localdate() + timedelta(days=3))


@pytest.fixture
def as_owner(client: Client, owner: Person) -> Client:
    client.force_login(owner.account)
    return client
