"""Planning a quarter in a browser: from the list of rotations to rotations that were created."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rotations.models import Rotation
from tests.factories import make_person, make_rotation, make_secret


@pytest.fixture
def register(transactional_db):
    today = timezone.localdate()
    jonas, wen = make_person(name="Jonas"), make_person(name="Wen")
    make_secret(name="prod/stripe/key", owner=jonas, next_rotation_on=today - timedelta(days=3))
    make_secret(name="prod/aws/key", owner=wen, backup_owner=jonas, status="compromised")
    moved = make_secret(name="dev/aws/key", owner=wen, next_rotation_on=today - timedelta(days=1))
    make_rotation(secrets=(moved,), owner=wen, planned_on=today + timedelta(days=300))
    make_secret(name="dev/nobodys/key", next_rotation_on=today)


@pytest.mark.parametrize("scripts", [True, False])
def test_security_plans_and_creates(visit, register, security, scripts):
    visitor = visit(scripts=scripts)
    visitor.sign_in(security)
    page = visitor.open("/rotations/")

    page.get_by_role("link", name="Plan a rotation").click()
    page.get_by_label("When").select_option(index=1)
    visitor.press("Preview")
    assert "Overdue since" in page.get_by_role("region", name="Day by day").inner_text()
    assert "It has no owner" in page.get_by_role("region", name="No day found").inner_text()
    visitor.press("Create 2 rotations")

    assert visitor.banner() == "2 rotations created."
    assert Rotation.objects.count() == 3
    assert visitor.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_planning_has_faults(visit, register, security, scheme):
    visitor = visit(scheme=scheme)
    visitor.sign_in(security)

    faults = {}
    for path in ("/rotations/", "/rotations/plan/", "/rotations/plan/?first_on=2020-01-01&last_on=x&per_person=0"):
        visitor.open(path)
        faults[path] = visitor.faults()
    visitor.open("/rotations/plan/")
    visitor.page.get_by_label("Move what is planned already").check()
    visitor.press("Preview")
    faults["preview"] = visitor.faults()

    assert {path: found for path, found in faults.items() if found} == {}
