"""Recording rotations, as people do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import User
from contacts.models import Person
from inventory.models import Secret
from rotations.models import Rotation
from tests.browser.visitor import Visitor
from tests.factories import make_rotation, make_secret

Visit = Callable[..., Visitor]
ONE = "/secrets/prod/stripe/secret_key/rotate/"
VALUE = "".join(("sk", "_live_", "9aB3dE5fG7hI1jK2lM4nO6pQ"))


def days_ago(number: int):
    return timezone.localdate() - timedelta(days=number)


@pytest.mark.parametrize("scripts", [True, False])
def test_one_rotation_is_recorded_in_two_clicks_and_taken_back(visit: Visit, owner: Person, scripts: bool) -> None:
    secret = make_secret(name="prod/stripe/secret_key", owner=owner, last_rotated_on=days_ago(96))
    visitor = visit(scripts=scripts)
    visitor.sign_in(owner.account)
    visitor.open("/")

    visitor.page.get_by_role("link", name="Record rotation").click()
    visitor.press("Record rotation")

    assert visitor.path == "/secrets/prod/stripe/secret_key/"
    assert visitor.banner() == f"Rotation recorded. Next due {days_ago(-90)}."
    secret.refresh_from_db()
    assert secret.last_rotated_on == days_ago(0)

    visitor.press("Undo")

    secret.refresh_from_db()
    assert visitor.banner() == "Taken back. 1 secret as before; both entries are kept."
    assert secret.last_rotated_on == days_ago(96)


def test_what_is_left_of_a_rotation_is_recorded_in_two_clicks(visit: Visit, owner: Person) -> None:
    secrets = (make_secret(owner=owner), make_secret(owner=owner))
    make_rotation(secrets=secrets, owner=owner, planned_on=days_ago(0))
    visitor = visit()
    visitor.sign_in(owner.account)
    visitor.open("/")

    visitor.page.get_by_role("link", name="Open rotation").first.click()
    assert visitor.page.locator("[data-count]").inner_text() == "2 selected"
    visitor.page.get_by_label("Old ones no longer work").check()
    visitor.press("Record as rotated")

    assert visitor.banner() == f"2 rotations recorded. Next due {days_ago(-90)}."
    assert Rotation.objects.get().state == "complete"


def test_many_are_ticked_looked_at_and_confirmed(visit: Visit, security: User) -> None:
    secrets = [make_secret() for _ in range(3)]
    visitor = visit()
    visitor.sign_in(security)
    visitor.open("/secrets/")

    for tick in visitor.page.locator("tbody input[name=ids]").all():
        tick.check()
    visitor.press("Record rotation")
    assert visitor.page.locator("h1").inner_text() == "Record 3 rotations"
    visitor.page.get_by_label("Rotated on").fill("yesterday")
    visitor.press("Show with this date")
    assert visitor.page.locator("ins time").first.inner_text() == days_ago(1).isoformat()
    assert Rotation.objects.count() == 0
    visitor.press("Record 3 rotations")

    assert visitor.path == "/secrets/"
    assert visitor.banner() == f"3 rotations recorded. Next due {days_ago(-89)}."
    assert set(Secret.objects.values_list("last_rotated_on", flat=True)) == {days_ago(1)}
    assert len(secrets) == 3


def test_a_day_before_the_known_one_is_asked_about(visit: Visit, owner: Person) -> None:
    make_secret(name="prod/stripe/secret_key", owner=owner, last_rotated_on=days_ago(1))
    visitor = visit()
    visitor.sign_in(owner.account)
    visitor.open(ONE)

    visitor.page.get_by_label("Rotated on").fill(days_ago(9).isoformat())
    visitor.press("Record rotation")
    visitor.page.get_by_label("Yes, this rotation was before").check()
    visitor.press("Record rotation")

    assert visitor.banner() == f"Rotation recorded. Next due {days_ago(-89)}."


def test_a_value_does_not_leave_the_browser(visit: Visit, owner: Person) -> None:
    make_secret(name="prod/stripe/secret_key", owner=owner)
    visitor = visit()
    visitor.sign_in(owner.account)
    visitor.open(ONE)
    sent: list[str] = []
    visitor.page.on("request", lambda request: "/static/" in request.url or sent.append(request.url))

    visitor.page.get_by_label("Note").fill(VALUE)
    visitor.press("Record rotation")
    visitor.page.get_by_role("searchbox").fill(VALUE)
    visitor.page.get_by_role("searchbox").press("Enter")

    assert sent == []
    assert visitor.path == ONE


def test_the_pages_of_recording_have_no_fault(visit: Visit, owner: Person) -> None:
    make_secret(name="prod/stripe/secret_key", owner=owner, last_rotated_on=days_ago(3))
    make_secret(name="prod/stripe/a_very_long_name_that_does_not_fit_on_a_phone_at_all_really", owner=owner)
    plan = make_rotation(secrets=tuple(Secret.objects.all()), notes="Postgres last." * 20)
    visitor = visit()
    visitor.sign_in(owner.account)

    visitor.open(ONE)
    assert visitor.faults() == []

    visitor.page.get_by_label("Rotated on").fill(days_ago(9).isoformat())
    visitor.press("Record rotation")
    assert visitor.faults() == []

    visitor.open(plan.get_absolute_url())
    assert visitor.faults() == []
    visitor.page.get_by_label("Rotated on").fill(days_ago(9).isoformat())
    visitor.press("Record as rotated")
    assert visitor.path == "/rotations/record/"
    assert visitor.faults() == []

    visitor.open("/rotations/")
    assert visitor.faults() == []
