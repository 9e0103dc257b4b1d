"""What taking back a recorded rotation does."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.acts import acting
from audit.models import ChangeSet, User
from inventory.models import Secret
from rotations.models import Rotation, RotationItem
from rotations.recording import record_rotation, undo
from tests.factories import TODAY, make_rotation, make_secret

LONG_AGO = TODAY - timedelta(days=100)


@pytest.fixture
def within_an_act(security: User) -> Iterator[None]:
    with acting(actor=security, source=ChangeSet.Source.WEB, reason=""):
        yield


def recorded(secret: Secret, *, by: User, on: date = TODAY, earlier_is_meant: bool = False) -> RotationItem:
    done = record_rotation(secrets=[secret], on=on, by=by, today=TODAY, earlier_is_meant=earlier_is_meant)
    return done.items[0]


def dates_of(secret: Secret) -> tuple[date | None, date | None, str]:
    found = Secret.objects.get(pk=secret.pk)
    return found.last_rotated_on, found.next_rotation_on, found.next_rotation_reason


def test_taking_back_restores_the_dates(within_an_act: None, security: User) -> None:
    secret = make_secret(last_rotated_on=LONG_AGO, next_rotation_on=date(2027, 1, 1), next_rotation_reason="Contract")
    item = recorded(secret, by=security)

    undo(items=[item], by=security, reason="Wrong secret")

    assert dates_of(secret) == (LONG_AGO, date(2027, 1, 1), "Contract")


def test_what_was_taken_back_stays_in_the_register(within_an_act: None, security: User) -> None:
    item = recorded(make_secret(), by=security)

    undo(items=[item], by=security, reason="Wrong secret")

    found, rotation = RotationItem.objects.get(), Rotation.objects.get()
    outcomes = list(found.history.order_by("history_id").values_list("outcome", flat=True))
    assert (found.outcome, found.rotated_on, rotation.state) == ("undone", None, "cancelled")
    assert outcomes == ["rotated", "undone"]


def test_what_was_planned_is_to_do_again(within_an_act: None, security: User) -> None:
    secret = make_secret()
    make_rotation(secrets=(secret,))
    item = recorded(secret, by=security)

    undo(items=[item], by=security, reason="Wrong secret")

    found, rotation = RotationItem.objects.get(), Rotation.objects.get()
    assert (found.outcome, found.rotated_on, found.recorded_by) == ("open", None, None)
    assert (rotation.state, rotation.completed_on) == ("planned", None)


def test_what_was_taken_back_can_be_recorded_anew(within_an_act: None, security: User) -> None:
    secret = make_secret()
    undo(items=[recorded(secret, by=security)], by=security, reason="Wrong day")

    recorded(secret, by=security)

    assert dates_of(secret)[0] == TODAY


def test_an_earlier_rotation_taken_back_moves_no_date(within_an_act: None, security: User) -> None:
    secret = make_secret(last_rotated_on=TODAY)
    before = dates_of(secret)
    item = recorded(secret, by=security, on=LONG_AGO, earlier_is_meant=True)

    undo(items=[item], by=security, reason="Wrong secret")

    assert (dates_of(secret), RotationItem.objects.get().outcome) == (before, "undone")


def test_only_the_last_rotation_can_be_taken_back(within_an_act: None, security: User) -> None:
    secret = make_secret(name="prod/stripe/a")
    first = recorded(secret, by=security, on=LONG_AGO)
    recorded(secret, by=security)

    with pytest.raises(ValidationError) as refused:
        undo(items=[first], by=security, reason="Wrong secret")

    assert refused.value.code == "not_last"
    assert refused.value.message == "prod/stripe/a has another rotation since. Nothing was undone."
    assert dates_of(secret)[0] == TODAY


def test_nothing_is_taken_back_after_ten_minutes(within_an_act: None, security: User) -> None:
    item = recorded(make_secret(), by=security)

    with acting(actor=security, source=ChangeSet.Source.WEB, reason="Later") as act:
        act.at = ChangeSet.objects.latest("pk").at + timedelta(minutes=11)
        with pytest.raises(ValidationError) as refused:
            undo(items=[item], by=security, reason="Wrong secret")

    assert (refused.value.code, RotationItem.objects.get().outcome) == ("late", "rotated")


def test_nothing_is_taken_back_twice(within_an_act: None, security: User) -> None:
    item = recorded(make_secret(), by=security)
    undo(items=[item], by=security, reason="Wrong secret")

    with pytest.raises(ValidationError) as refused:
        undo(items=[item], by=security, reason="Wrong secret")

    assert refused.value.code == "not_last"


def test_of_several_all_are_taken_back_or_none(within_an_act: None, security: User) -> None:
    first, second = make_secret(), make_secret()
    done = record_rotation(secrets=[first, second], on=LONG_AGO, by=security, today=TODAY)
    recorded(second, by=security)

    with pytest.raises(ValidationError):
        undo(items=done.items, by=security, reason="Wrong secret")

    assert (dates_of(first)[0], RotationItem.objects.rotated().count()) == (LONG_AGO, 3)


def test_who_may_not_record_may_not_take_back(within_an_act: None, security: User, auditor: User) -> None:
    item = recorded(make_secret(), by=security)

    with pytest.raises(PermissionDenied):
        undo(items=[item], by=auditor, reason="Wrong secret")

    assert RotationItem.objects.get().outcome == "rotated"
