"""Words without a break, as long as each field takes them, stay within every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from audit.acts import acting
from audit.models import ChangeSet, User
from audit.tracked import Tracked
from contacts.models import EscalationStep, Person
from inventory.models import Dependency
from rotations.drafting import create_rotation
from rotations.models import FreezePeriod, Invitation, RotationNote
from rotations.recording import record_rotation
from tests.browser.visitor import Visitor
from tests.factories import make_acknowledgement, make_consumer, make_secret, make_team, make_titled_role, make_type

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Bartholomäus" * 200
# What has a form of its own.
FORMED = {"email", "phone", "code", "credential_type", "slack_handle", "slack_user_id", "holidays", "name_key", "color"}


def texts() -> Iterator[tuple[type[Tracked], str, int]]:
    """Yield every text that people may write freely, and how long it may be."""
    for model in apps.get_models():
        if not issubclass(model, Tracked) or model.__name__.startswith("Historical") or model is User:
            continue
        for field in model._meta.concrete_fields:
            is_free = not (field.choices or field.primary_key or field.unique or field.name in FORMED)
            if is_free and type(field) in (models.CharField, models.TextField):
                yield model, field.name, field.max_length or 1500


def test_words_without_a_break_stay_within_every_page(
    visit: Callable[..., Visitor], owner: Person, security: User
) -> None:
    today = timezone.localdate()
    kind, team = make_type(), make_team(lead=owner)
    with acting(actor=security, source=ChangeSet.Source.WEB, reason=LONG[:300]):
        secrets = [
            make_secret(name=f"prod/stripe/{word}", owner=owner, type=kind, team=team, next_rotation_on=today)
            for word in ("one", "two", "three")
        ]
        make_titled_role(person=owner)
        EscalationStep.objects.create(kind="team", team=team)
        make_consumer(secret=secrets[0])
        Dependency.objects.create(secret=secrets[1], depends_on=secrets[0])
        FreezePeriod.objects.create(reason="Sale", first_on=today, last_on=today)
        make_acknowledgement(secret=secrets[0], person=owner)
        made = [
            create_rotation(secrets=secrets, by=security, owner=owner, planned_on=day, title=title)
            for title, day in (("First", today), ("Second", today + timedelta(days=9)), ("Draft", None))
        ]
        record_rotation(
            secrets=secrets[:1], on=today, by=security, today=today, note=LONG[:200], evidence=LONG[:200],
            rotation=made[0],
        )  # fmt: skip
        RotationNote.objects.create(rotation=made[0], text="A note", by=security)
        made[0].items.filter(outcome="open").update(outcome="skipped", note="Later")
        for model, name, size in texts():
            for row in model.objects.all():
                setattr(row, name, f"{row.pk}{LONG}"[:size])
                row.save()
    Invitation.objects.create(person=owner, rotation=made[1], on=made[1].planned_on, is_settled=True, error=LONG[:200])
    entry = ChangeSet.objects.order_by("-pk").first()
    assert entry is not None
    visitor = visit()
    visitor.sign_in(security)

    faults = []
    for address in (
        *("/", "/secrets/", secrets[0].get_absolute_url(), f"{secrets[0].get_absolute_url()}rotate/"),
        f"{secrets[0].get_absolute_url()}?as_of={today - timedelta(days=1)}",
        *("/rotations/", *(rotation.get_absolute_url() for rotation in made)),
        *(f"/rotations/new/?ids={secrets[0].pk}", "/rotations/plan/", "/reminders/", "/calendar/", "/escalation/"),
        *("/changes/", entry.get_absolute_url(), "/people/", owner.get_absolute_url(), team.get_absolute_url()),
        *("/document/", "/evidence/", "/import/"),
    ):
        visitor.open(address)
        faults += [f"{address}: {fault}" for fault in visitor.overflows()]

    assert faults == []
