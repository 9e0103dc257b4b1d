"""What holds through the shell too: dates move by recording alone, and what is over stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audit.acts import acting, current_act
from audit.models import ChangeSet, User
from contacts.models import Person
from inventory.models import Secret
from rotations.completion import cancel, complete
from rotations.drafting import create_rotation
from rotations.marks import set_aside
from rotations.models import Acknowledgement, Rotation, RotationItem, RotationTask
from rotations.recording import record_rotation
from tests.factories import TODAY, make_secret


@pytest.fixture(autouse=True)
def within_an_act(security: User) -> Iterator[None]:
    with acting(actor=security, source=ChangeSet.Source.COMMAND, reason="Made for a test"):
        yield


@pytest.fixture
def secrets(owner: Person) -> list[Secret]:
    return [make_secret(name=f"prod/stripe/{name}", owner=owner) for name in "ab"]


@pytest.fixture
def rotation(secrets: list[Secret], security: User) -> Rotation:
    return create_rotation(secrets=secrets, by=security, planned_on=TODAY)


def record(secret: Secret, by: User, **options: Any) -> RotationItem:
    return record_rotation(secrets=[secret], on=TODAY, by=by, today=TODAY, **options).items[0]


def refusal_of(act: Callable[[], object]) -> str:
    """Return the code of what refuses `act`, or the field it names."""
    with pytest.raises(ValidationError) as error, transaction.atomic():
        act()
    return str(getattr(error.value, "code", None) or next(iter(error.value.message_dict)))


def change(row: Any, **values: Any) -> Callable[[], object]:
    def save() -> None:
        found = type(row).objects.get(pk=row.pk)
        for name, value in values.items():
            setattr(found, name, value)
        found.save()

    return save


def everything() -> list[Any]:
    models = (Rotation, RotationItem, RotationTask, Secret, Acknowledgement)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("door", ["save", "update", "bulk_update", "bulk_create"])
def test_a_secret_is_rotated_by_recording_alone(
    rotation: Rotation, secrets: list[Secret], security: User, door: str
) -> None:
    item = rotation.items.get(secret=secrets[0])
    item.outcome, item.rotated_on = "rotated", TODAY
    other = create_rotation(secrets=[make_secret()], by=security, planned_on=TODAY)
    fresh = RotationItem(rotation=other, secret=secrets[0], outcome="rotated", rotated_on=TODAY)
    doors: dict[str, Callable[[], object]] = {
        "save": item.save,
        "update": lambda: rotation.items.update(outcome="rotated", rotated_on=TODAY),
        "bulk_update": lambda: RotationItem.objects.bulk_update([item], ["outcome", "rotated_on"]),
        "bulk_create": lambda: RotationItem.objects.bulk_create([fresh]),
    }
    before = everything()

    assert refusal_of(doors[door]) == "recorded"
    assert everything() == before


def test_what_was_recorded_is_not_unsaid(rotation: Rotation, secrets: list[Secret], security: User) -> None:
    item = record(secrets[0], security)
    before = everything()

    doors = [
        change(item, outcome="open", rotated_on=None),
        change(item, outcome="failed", note="Down"),
        change(item, rotated_on=TODAY - timedelta(days=1)),
        item.delete,
        RotationItem.objects.all().delete,
        Rotation.objects.get(pk=rotation.pk).delete,
        Rotation.objects.all().delete,
    ]

    assert [refusal_of(door) for door in doors] == ["recorded"] * len(doors)
    assert everything() == before


@pytest.mark.parametrize("day", [None, TODAY, TODAY - timedelta(days=5)])
def test_a_last_rotation_moves_by_recording_alone(secrets: list[Secret], day: date | None) -> None:
    secret = make_secret(last_rotated_on=date(2026, 3, 1))
    before = everything()

    doors = [
        change(secret, last_rotated_on=day),
        lambda: Secret.objects.filter(pk=secret.pk).update(last_rotated_on=day),
    ]

    assert [refusal_of(door) for door in doors] == ["last_rotated_on"] * 2
    assert everything() == before


def test_a_rotation_is_complete_on_a_day_that_was_with_something_rotated(
    rotation: Rotation, secrets: list[Secret], security: User
) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    set_aside(items=rotation.items.all(), outcome="skipped", reason="Not in use", by=security, today=TODAY)
    nothing = refusal_of(change(rotation, state="complete", completed_on=TODAY))
    mixed = refusal_of(change(rotation, completed_on=TODAY))
    other = record(make_secret(), security).rotation

    told = {"state": "complete", "old_alive_reason": "Until Friday"}
    future = refusal_of(change(other, completed_on=tomorrow, **told))
    change(other, completed_on=tomorrow - timedelta(days=1), **told)()

    assert (nothing, mixed, future) == ("nothing", "completed_on", "completed_on")


@pytest.mark.parametrize("end", ["complete", "cancelled"])
def test_what_is_over_goes_on_for_ten_minutes_only(
    rotation: Rotation, secrets: list[Secret], security: User, end: str
) -> None:
    for secret in secrets:
        record(secret, security)
    if end == "complete":
        complete(rotation=rotation, by=security, today=TODAY, old_alive_reason="Until Friday")
    else:
        cancel(rotation=rotation, by=security, reason="Not needed")
    later = current_act().now() + timedelta(minutes=11)
    others = {"complete": "cancelled", "cancelled": "complete"}

    with acting(actor=security, source=ChangeSet.Source.COMMAND, reason="Later") as act:
        act.at = later
        days = {"complete": {"completed_on": TODAY, "old_alive_reason": "Until Friday"}}
        late = [
            refusal_of(change(rotation, state=state, **days.get(state, {"completed_on": None})))
            for state in ("planned", "in_progress", others[end])
        ]
    change(rotation, state="in_progress", completed_on=None)()

    assert late == ["late"] * 3
    assert Rotation.objects.get(pk=rotation.pk).state == "in_progress"


@pytest.mark.parametrize("end", ["complete", "cancelled"])
def test_nothing_is_to_do_in_what_is_over(rotation: Rotation, secrets: list[Secret], security: User, end: str) -> None:
    left = create_rotation(secrets=[make_secret()], by=security, planned_on=TODAY).items.get()
    record(secrets[0], security)
    failed = set_aside(
        items=rotation.items.filter(secret=secrets[1]), outcome="failed", reason="Down", by=security, today=TODAY
    )[0]
    step = RotationTask.objects.create(rotation=rotation, words="Tell the owners")
    if end == "complete":
        complete(rotation=rotation, by=security, today=TODAY, old_alive_reason="Until Friday")
    else:
        cancel(rotation=rotation, by=security, reason="Not needed")
    before = everything()

    doors = [
        lambda: RotationItem.objects.create(rotation=rotation, secret=make_secret()),
        change(failed, outcome="open"),
        change(failed, outcome="open", note=""),
        lambda: RotationTask.objects.create(rotation=rotation, words="One more"),
        step.delete,
        lambda: RotationItem.objects.bulk_create([RotationItem(rotation=rotation, secret=left.secret)]),
    ]

    assert [refusal_of(door) for door in doors] == ["over"] * len(doors)
    assert everything() == before


def test_a_retired_secret_is_planned_through_no_door(rotation: Rotation) -> None:
    secret = make_secret(status="retired")

    assert refusal_of(lambda: RotationItem.objects.create(rotation=rotation, secret=secret)) == "retired"


def test_the_clean_up_stays_once_something_was_rotated(
    rotation: Rotation, secrets: list[Secret], security: User
) -> None:
    rotation.tasks.get(kind="clean_up").delete()
    record(secrets[0], security)

    assert refusal_of(rotation.tasks.get(kind="clean_up").delete) == "clean_up"
    assert refusal_of(lambda: RotationTask.objects.filter(kind="clean_up").delete()) == "clean_up"


def test_nobody_is_quiet_for_years(owner: Person, secrets: list[Secret]) -> None:
    today = timezone.localdate()
    row = Acknowledgement.objects.create(person=owner, secret=secrets[0], until_on=today + timedelta(days=31))

    doors = [
        change(row, until_on=date(2099, 1, 1)),
        lambda: Acknowledgement.objects.create(person=owner, secret=secrets[1], until_on=today + timedelta(days=32)),
    ]

    assert [refusal_of(door) for door in doors] == ["far"] * 2
