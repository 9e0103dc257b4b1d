"""Carrying a rotation out on its page, and making one of a choice of secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from audit.acts import acting
from audit.models import User
from contacts.models import Person
from rotations.models import Rotation, RotationItem
from tests.factories import make_environment, make_person, make_rotation, make_secret, make_service
from tests.rotations.pages import said, today

HOSTILE = '<script>alert("x")</script>'


def outcomes_of(rotation: Rotation) -> list[str]:
    return list(rotation.items.order_by("secret__name").values_list("outcome", flat=True))


def test_a_rotation_is_carried_out_on_its_page(as_owner: Client, rotation: Rotation) -> None:
    page, items = rotation.get_absolute_url(), list(rotation.items.order_by("secret__name"))
    first, second, third = items
    ids = {"ids": [first.secret_id, second.secret_id], "on": "today", "confirm": "yes", "rotation": rotation.pk}

    words = said(as_owner, "/rotations/record/", next=page, **ids)
    words += said(as_owner, f"{page}set-aside/", item=third.pk, outcome="deferred", reason="Provider is down")
    words += said(as_owner, f"{page}verify/", item=[first.pk, second.pk], on="today")
    words += said(as_owner, f"{page}revoke/", item=first.pk, evidence="OPS-12")

    assert words[1:] == ["1 secret deferred. No date moved.", "2 secrets verified.", "1 old one revoked."]
    assert outcomes_of(rotation) == ["rotated", "rotated", "deferred"]
    shown = as_owner.get(page).context["checklist"]
    assert shown.summary() == "2 of 3 rotated, 2 verified, 1 old one revoked, 1 set aside"
    assert [step.words for step in shown.steps] == ["", "2 of 3", "", "2 of 2", ""]


def test_it_is_completed_with_a_reason_and_taken_back(as_security: Client, rotation: Rotation) -> None:
    page = rotation.get_absolute_url()
    ids = {"ids": [item.secret_id for item in rotation.items.all()], "on": "today", "confirm": "yes"}
    said(as_security, "/rotations/record/", rotation=rotation.pk, next=page, **ids)

    words = said(as_security, f"{page}complete/")
    words += said(as_security, f"{page}complete/", reason="Tokens run out on Thursday")
    complete = as_security.get(page).content.decode()
    words += said(as_security, f"{page}reopen/")

    assert words == [
        "The old value of prod/stripe/a still works, and 2 more do. Mark it as revoked, or say why it may stay.",
        "The rotation is complete.",
        "Taken back. The rotation goes on; both entries are kept.",
    ]
    assert "3 old values still work: Tokens run out on Thursday" in complete
    assert Rotation.objects.get().state == "in_progress"


def test_the_message_carries_the_way_back(as_owner: Client, rotation: Rotation) -> None:
    page, item = rotation.get_absolute_url(), rotation.items.order_by("secret__name")[0]
    said(as_owner, "/rotations/record/", ids=item.secret_id, on="today", confirm="yes", rotation=rotation.pk, next=page)

    response = as_owner.post(f"{page}revoke/", {"item": item.pk}, follow=True)
    back = f"{page}take-back/revoked/?item={item.pk}"

    assert f'action="{back}"' in response.content.decode()
    assert said(as_owner, back) == ["Taken back. Both entries are kept."]
    assert RotationItem.objects.get(pk=item.pk).old_revoked_on is None


def test_recording_completes_the_item_of_the_page(as_security: Client, rotation: Rotation, owner: Person) -> None:
    item = rotation.items.order_by("secret__name")[0]
    sooner = make_rotation(secrets=(item.secret,), planned_on=today())

    said(as_security, "/rotations/record/", ids=item.secret_id, on="today", confirm="yes", rotation=rotation.pk)

    assert (outcomes_of(rotation)[0], outcomes_of(sooner)) == ("rotated", ["open"])


def test_wrong_forms_say_what_to_do_and_write_nothing(as_security: Client, rotation: Rotation) -> None:
    page, item = rotation.get_absolute_url(), rotation.items.order_by("secret__name")[0]
    task = rotation.tasks.get(kind="clean_up")

    words = [
        *said(as_security, f"{page}set-aside/", outcome="failed", reason="Down"),
        *said(as_security, f"{page}set-aside/", item=item.pk, outcome="failed"),
        *said(as_security, f"{page}verify/", item=item.pk, on="14/07/2026"),
        *said(as_security, f"{page}cancel/"),
        *said(as_security, f"{page}steps/", words=" "),
        *said(as_security, f"{page}notes/", text="password: hunter2-and-more-Xy7"),
        *said(as_security, f"/rotations/steps/{task.pk}/move/", on="2020-01-01"),
    ]

    assert words[:6] == [
        "Tick the secrets first.",
        "Say why.",
        "Write the date as 2026-07-14: year, month, day. Or write today or yesterday.",
        "Say why it is cancelled.",
        "Write what is to be done.",
        words[5],
    ]
    assert "hunter2" not in words[5]
    assert words[6] == "The clean-up comes after the rotation."
    assert (outcomes_of(rotation), rotation.remarks.count()) == (["open"] * 3, 0)


def test_steps_and_notes_are_kept_on_the_page(as_owner: Client, as_security: Client, rotation: Rotation) -> None:
    page, task = rotation.get_absolute_url(), rotation.tasks.unticked()[0]

    said(as_security, f"{page}steps/", words="Tell the provider")
    said(as_security, f"/rotations/steps/{task.pk}/tick/")
    said(as_security, f"{page}notes/", text=HOSTILE)
    shown = as_security.get(page).content.decode()

    assert [task.words for task in rotation.tasks.in_order()][-2] == "Tell the provider"
    assert rotation.tasks.get(pk=task.pk).is_done
    assert HOSTILE not in shown
    assert "alert(&quot;x&quot;)" in shown


def test_everything_at_a_provider_becomes_one_rotation(as_security: Client, security: User, owner: Person) -> None:
    make_service(code="openai")
    secrets = [make_secret(name=f"prod/stripe/{name}", owner=owner) for name in "ab"]
    make_secret(name="prod/openai/key")
    make_rotation(secrets=(secrets[0],))
    make_secret(name="prod/stripe/old", status="retired")
    address = "/rotations/new/?service=stripe"

    form = as_security.get(address)
    choice = form.context["choice"]
    sent = {"title": "Everything at Stripe", "cause": "vendor_breach", "planned_on": str(today()), "owner": owner.pk}
    response = as_security.post(address, sent | {"seen": choice.digest, "reason": "Their notice of Monday"})

    rotation = Rotation.objects.latest("pk")
    assert ([secret.name for secret in choice.secrets], len(choice.planned)) == (["prod/stripe/a", "prod/stripe/b"], 1)
    assert response.headers["Location"] == rotation.get_absolute_url()
    assert (str(rotation), rotation.kind, rotation.cause) == ("Everything at Stripe", "emergency", "vendor_breach")
    assert (rotation.owner, rotation.items.count(), rotation.tasks.count()) == (owner, 2, 5)


def test_everything_somebody_knew_becomes_one_rotation(as_security: Client, security: User, owner: Person) -> None:
    handed_over = make_secret(name="prod/stripe/a", owner=owner)
    make_secret(name="prod/stripe/b", backup_owner=owner)
    make_secret(name="prod/stripe/c")
    with acting(actor=security, source="web", reason="Leaves on Friday"):
        handed_over.owner = make_person()
        handed_over.save()

    form = as_security.get(f"/rotations/new/?ever_owned={owner.pk}").context

    assert [secret.name for secret in form["choice"].secrets] == ["prod/stripe/a", "prod/stripe/b"]
    assert (form["form"].initial["cause"], form["form"].initial["title"]) == (
        "leaver",
        f"Everything {owner} answered for",
    )


def test_ticked_secrets_become_one_rotation(as_security: Client, security: User) -> None:
    secret = make_secret()
    form = as_security.post("/rotations/new/", {"ids": secret.pk})

    sent = {"ids": secret.pk, "cause": "scheduled", "seen": form.context["choice"].digest}
    as_security.post("/rotations/new/", sent)

    assert [(made.state, made.items.get().secret) for made in Rotation.objects.all()] == [("draft", secret)]


def test_other_secrets_than_those_looked_at_are_not_taken(as_security: Client, security: User) -> None:
    make_secret(name="prod/stripe/a")
    seen = as_security.get("/rotations/new/?service=stripe").context["choice"].digest
    make_secret(name="prod/stripe/b")

    response = as_security.post("/rotations/new/?service=stripe", {"cause": "scheduled", "seen": seen})

    assert "Other secrets are chosen by now." in response.content.decode()
    assert Rotation.objects.count() == 0


def test_going_back_and_pressing_again_makes_no_twin(as_security: Client, security: User) -> None:
    secret = make_secret(name="prod/stripe/a")
    page = as_security.get(f"/rotations/new/?ids={secret.pk}")
    sent = {"ids": secret.pk, "seen": page.context["choice"].digest, "cause": "scheduled", "title": "Mine"}

    first = as_security.post("/rotations/new/", sent)
    again = as_security.post("/rotations/new/", sent)
    other = as_security.post("/rotations/new/", sent | {"title": "Another"})

    assert "You made this rotation a moment ago: Mine." in again.content.decode()
    assert (first.status_code, other.status_code, Rotation.objects.count()) == (302, 302, 2)


def test_no_secret_makes_no_rotation(as_security: Client) -> None:
    make_service(code="unused")

    page = as_security.get("/rotations/new/?service=unused").content.decode()

    assert "No secret is chosen." in page


@pytest.mark.parametrize("number", [1, 3, 20])
def test_choosing_costs_the_same_for_any_number(
    as_security: Client, django_assert_num_queries: Callable[[int], Any], number: int
) -> None:
    make_environment()
    for _ in range(number):
        make_secret(owner=make_person())
    as_security.get("/rotations/new/?service=stripe")

    with django_assert_num_queries(8):
        as_security.get("/rotations/new/?service=stripe")


def test_a_filter_that_cannot_be_read_chooses_nothing(as_security: Client) -> None:
    make_secret(name="prod/stripe/a")

    answer = as_security.get("/rotations/new/?environment=zzz", follow=True)

    assert answer.redirect_chain == [("/secrets/?environment=zzz", 302)]
    assert "Not every filter could be read." in answer.content.decode()


def test_only_a_plan_with_a_day_is_planned_already(as_security: Client) -> None:
    drafted, planned = make_secret(name="prod/stripe/a"), make_secret(name="prod/stripe/b")
    make_rotation(state="draft", secrets=(drafted,))
    plan = make_rotation(secrets=(planned,), planned_on=today())

    shown = as_security.get(f"/rotations/new/?ids={drafted.pk}&ids={planned.pk}").content.decode()

    assert shown.count("Planned already") == 1
    assert f'<a href="{plan.get_absolute_url()}">{plan}</a>' in shown


def test_a_large_rotation_is_worked_off_page_by_page(as_security: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rotations.checklist.MOST_SHOWN", 2)
    rotation = make_rotation(secrets=tuple(make_secret(name=f"prod/stripe/{name}") for name in "abc"))

    page = as_security.get(rotation.get_absolute_url()).content.decode()

    assert page.count(" checked>") == 2
    assert "The first 2 of 3, those to do before the others." in page
