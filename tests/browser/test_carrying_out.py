"""A rotation from the choice of its secrets to its end, as people carry it out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import User
from contacts.models import Person
from rotations.models import Rotation
from tests.browser.visitor import Visitor
from tests.factories import make_secret

Visit = Callable[..., Visitor]


@pytest.mark.parametrize("scripts", [True, False])
def test_everything_at_a_provider_is_rotated_and_proven(
    visit: Visit, owner: Person, security: User, scripts: bool
) -> None:
    for name in ("a", "b", "c"):
        make_secret(name=f"prod/stripe/{name}", owner=owner)
    visitor = visit(scripts=scripts)
    visitor.sign_in(security)
    visitor.open("/secrets/?service=stripe")

    visitor.page.get_by_role("link", name="Rotate these together").click()
    visitor.page.get_by_label("To be done by").fill(str(timezone.localdate() + timedelta(days=7)))
    visitor.press("Make the rotation")
    page = visitor.path
    visitor.page.get_by_label("Select prod/stripe/c").uncheck()
    visitor.press("Record as rotated")
    visitor.page.get_by_text("Some cannot be rotated").click()
    visitor.page.get_by_label("Why", exact=True).first.fill("The provider is down")
    visitor.press("Set aside")
    visitor.press("Mark 2 as verified")
    visitor.press("Mark revoked")
    visitor.page.get_by_label("One old value still works. Why may it stay?").fill("A partner changes on Friday")
    visitor.press("Complete the rotation")

    assert (visitor.path, visitor.banner()) == (page, "The rotation is complete.")
    rotation = Rotation.objects.get()
    assert (rotation.state, rotation.old_alive_reason) == ("complete", "A partner changes on Friday")
    outcomes = rotation.items.order_by("secret__name").values_list("outcome", flat=True)
    assert list(outcomes) == ["rotated", "rotated", "failed"]

    visitor.press("Undo")

    assert Rotation.objects.get().state == "in_progress"
    assert visitor.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_carrying_out_has_faults(visit: Visit, owner: Person, security: User, scheme: str) -> None:
    for name in ("a", "b", "c"):
        make_secret(name=f"prod/stripe/{name}", owner=owner)
    visitor = visit(scheme=scheme)
    visitor.sign_in(security)

    visitor.open("/rotations/new/?service=stripe")
    faults = {"new": visitor.faults()}
    visitor.page.get_by_label("To be done by").fill(str(timezone.localdate()))
    visitor.press("Make the rotation")
    faults["planned"] = visitor.faults()
    visitor.page.get_by_label("Select prod/stripe/c").uncheck()
    visitor.press("Record as rotated")
    faults["under way"] = visitor.faults()

    assert {page: found for page, found in faults.items() if found} == {}
