"""When a rotation is over, through whatever door, and how that is taken back."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from audit.acts import acting
from audit.models import ChangeSet, User
from contacts.models import Person
from inventory import schedule
from inventory.models import Secret
from rotations.completion import SAYS_DOCUMENT, cancel, complete, reopen
from rotations.drafting import create_rotation
from rotations.marks import revoke_old, set_aside, verify
from rotations.models import Rotation, RotationItem, RotationTask
from rotations.recording import record_rotation
from rotations.tasks import tick
from tests.factories import TODAY, make_rotation, make_secret


@pytest.fixture(autouse=True)
def within_an_act(security: User) -> Iterator[None]:
    with acting(actor=security, source=ChangeSet.Source.WEB, reason="Made for a test"):
        yield


@pytest.fixture
def secrets() -> list[Secret]:
    return [make_secret(name="prod/stripe/a"), make_secret(name="prod/stripe/b")]


def record(*secrets: Secret, by: User, **options: Any) -> None:
    record_rotation(secrets=secrets, on=TODAY, by=by, today=TODAY, **options)


def state_of(rotation: Rotation) -> tuple[str, Any, str]:
    found = Rotation.objects.get(pk=rotation.pk)
    return found.state, found.completed_on, found.old_alive_reason


def refusal_of(act: Any, **options: Any) -> tuple[str, str]:
    with pytest.raises(ValidationError) as error, transaction.atomic():
        act(**options)
    return str(error.value.code), error.value.message


def test_a_rotation_goes_on_while_an_old_one_works(secrets: list[Secret], security: User) -> None:
    record(*secrets, by=security)

    rotation = Rotation.objects.get()
    assert state_of(rotation) == ("in_progress", None, "")
    assert [(task.kind, task.due_on) for task in rotation.tasks.all()] == [("clean_up", TODAY + timedelta(days=1))]


def test_the_last_old_one_completes_it_and_ticks_the_clean_up(secrets: list[Secret], security: User) -> None:
    record(*secrets, by=security)
    rotation = Rotation.objects.get()

    revoke_old(items=rotation.items.all()[:1], by=security, on=TODAY, today=TODAY)
    between = state_of(rotation)[0]
    revoke_old(items=rotation.items.filter(old_revoked_on=None), by=security, on=TODAY, today=TODAY)

    assert (between, state_of(rotation)) == ("in_progress", ("complete", TODAY, ""))
    assert [task.done_by for task in rotation.tasks.all()] == [security]


def test_completing_early_takes_a_reason(secrets: list[Secret], security: User) -> None:
    record(*secrets, by=security)
    rotation = Rotation.objects.get()

    refused = refusal_of(complete, rotation=rotation, by=security, today=TODAY)
    complete(rotation=rotation, by=security, today=TODAY, old_alive_reason="Tokens run out on Thursday")

    assert refused == (
        "alive",
        "The old value of prod/stripe/a still works, and 1 more do. Mark it as revoked, or say why it may stay.",
    )
    assert state_of(rotation) == ("complete", TODAY, "Tokens run out on Thursday")
    assert rotation.tasks.clean_ups().count() == 1


def test_what_is_to_do_stands_against_completing(secrets: list[Secret], security: User) -> None:
    rotation = make_rotation(secrets=tuple(secrets))
    record(secrets[0], by=security, old_revoked=True)

    refused = refusal_of(complete, rotation=rotation, by=security, today=TODAY, old_alive_reason="No matter")

    assert refused == (
        "open",
        "prod/stripe/b is still to do. Record it, or say that it failed, is skipped or deferred, and why.",
    )


def test_partial_success_completes(secrets: list[Secret], security: User) -> None:
    rotation = make_rotation(secrets=tuple(secrets))
    record(secrets[0], by=security, old_revoked=True)

    set_aside(items=rotation.items.filter(outcome="open"), outcome="failed", reason="Down", by=security, today=TODAY)

    assert state_of(rotation)[0] == "complete"
    assert Secret.objects.get(pk=secrets[1].pk).last_rotated_on is None


def test_what_is_deferred_keeps_it_open_until_somebody_completes_it(secrets: list[Secret], security: User) -> None:
    rotation = make_rotation(secrets=tuple(secrets))
    record(secrets[0], by=security, old_revoked=True)
    items = rotation.items.filter(outcome="open")

    set_aside(items=items, outcome="deferred", reason="Next week", by=security, today=TODAY)
    between = state_of(rotation)[0]
    complete(rotation=rotation, by=security, today=TODAY)

    assert (between, state_of(rotation)[0]) == ("in_progress", "complete")


def test_a_planned_rotation_waits_for_its_steps_and_for_verifying(secrets: list[Secret], security: User) -> None:
    rotation = create_rotation(secrets=secrets, by=security, planned_on=TODAY)
    seen = []

    record(*secrets, by=security, old_revoked=True)
    seen.append(state_of(rotation)[0])
    for task in rotation.tasks.unticked():
        tick(task=task, by=security, today=TODAY)
    seen.append(state_of(rotation)[0])
    verify(items=rotation.items.all(), by=security, on=TODAY, today=TODAY)

    assert (seen, state_of(rotation)[0]) == (["in_progress", "in_progress"], "complete")


def test_nothing_rotated_is_nothing_complete(secrets: list[Secret], security: User) -> None:
    rotation = make_rotation(secrets=tuple(secrets))

    assert refusal_of(complete, rotation=rotation, by=security, today=TODAY) == (
        "nothing",
        "Nothing was rotated. Cancel the rotation instead.",
    )


def test_what_is_set_aside_as_a_whole_is_not_complete(secrets: list[Secret], security: User) -> None:
    rotation = make_rotation(secrets=tuple(secrets))

    set_aside(items=rotation.items.all(), outcome="skipped", reason="It goes away", by=security, today=TODAY)

    assert state_of(rotation)[0] == "in_progress"


@pytest.mark.parametrize("door", ["save", "update", "bulk_update", "item"])
def test_no_door_leads_past_an_old_one_that_works(secrets: list[Secret], security: User, door: str) -> None:
    record(*secrets, by=security)
    rotation = Rotation.objects.get()
    if door == "item":
        complete(rotation=rotation, by=security, today=TODAY, old_alive_reason="Until Thursday")
    rotation.state, rotation.completed_on, rotation.old_alive_reason = "complete", TODAY, ""
    doors: dict[str, Any] = {
        "save": lambda: rotation.save(),
        "update": lambda: Rotation.objects.update(state="complete", completed_on=TODAY),
        "bulk_update": lambda: Rotation.objects.bulk_update([rotation], ["state", "completed_on"]),
        "item": lambda: Rotation.objects.update(old_alive_reason=""),
    }

    assert refusal_of(doors[door])[0] == "alive"


def test_an_item_of_a_complete_rotation_cannot_come_alive_again(security: User) -> None:
    record(make_secret(), by=security, old_revoked=True)

    with pytest.raises(ValidationError, match="still works"), transaction.atomic():
        RotationItem.objects.update(old_revoked_on=None)


def test_a_document_may_say_that_a_rotation_is_complete(secrets: list[Secret]) -> None:
    rotation = make_rotation(secrets=tuple(secrets))

    with schedule.recording():
        Rotation.objects.update(state="complete", completed_on=TODAY, old_alive_reason=SAYS_DOCUMENT)

    assert state_of(rotation)[0] == "complete"


def test_nobody_says_by_hand_what_a_document_may_say(secrets: list[Secret], security: User) -> None:
    rotation = create_rotation(secrets=secrets, by=security, planned_on=TODAY)
    record(secrets[0], by=security)

    refused = refusal_of(complete, rotation=rotation, by=security, today=TODAY, old_alive_reason=SAYS_DOCUMENT)

    assert refused[0] == "open"


def test_cancelling_takes_a_reason_and_keeps_what_was_done(secrets: list[Secret], security: User) -> None:
    rotation = make_rotation(secrets=tuple(secrets))
    record(secrets[0], by=security)

    refused = refusal_of(cancel, rotation=rotation, by=security, reason=" ")
    cancel(rotation=rotation, by=security, reason="The provider moved")
    waiting = RotationTask.objects.waiting().count()
    revoke_old(items=rotation.items.rotated(), by=security, on=TODAY, today=TODAY)

    assert (refused[0], state_of(rotation)[0]) == ("reason", "cancelled")
    assert (waiting, RotationTask.objects.waiting().count(), rotation.tasks.get().is_done) == (1, 0, True)
    assert Secret.objects.get(pk=secrets[0].pk).last_rotated_on == TODAY


@pytest.mark.parametrize("end", ["complete", "cancel"])
def test_the_end_is_taken_back_within_ten_minutes(secrets: list[Secret], security: User, end: str) -> None:
    record(*secrets, by=security)
    rotation = Rotation.objects.get()
    if end == "complete":
        complete(rotation=rotation, by=security, today=TODAY, old_alive_reason="Until Thursday")
    else:
        cancel(rotation=rotation, by=security, reason="Not needed")

    reopen(rotation=rotation, by=security)

    assert state_of(rotation) == ("in_progress", None, "")
    ends = {"complete": "complete", "cancel": "cancelled"}
    states = list(rotation.history.order_by("history_id").values_list("state", flat=True))
    assert states == ["in_progress", ends[end], "in_progress"]


def test_the_end_is_not_taken_back_later(secrets: list[Secret], security: User, monkeypatch: Any) -> None:
    record(*secrets, by=security)
    rotation = Rotation.objects.get()
    cancel(rotation=rotation, by=security, reason="Not needed")
    later = ChangeSet.objects.latest("pk").at + timedelta(minutes=11)

    with acting(actor=security, source=ChangeSet.Source.WEB, reason="Later") as act:
        act.at = later
        assert isinstance(later, datetime)
        assert refusal_of(reopen, rotation=rotation, by=security)[0] == "late"


def test_who_leads_completes_and_others_do_not(owner: Person, colleague: Person) -> None:
    rotation = make_rotation(secrets=(make_secret(),), owner=owner)
    with schedule.recording():
        RotationItem.objects.update(outcome="rotated", rotated_on=TODAY, old_revoked_on=TODAY)

    with pytest.raises(PermissionDenied):
        complete(rotation=rotation, by=colleague.account, today=TODAY)
    complete(rotation=rotation, by=owner.account, today=TODAY)

    assert state_of(rotation)[0] == "complete"
