"""What is said of single secrets in a rotation: verified, old one revoked, set aside, and all of it taken back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from audit.acts import acting
from audit.models import ChangeSet, User
from contacts.models import Person
from inventory.models import Secret
from rotations import marks
from rotations.models import Rotation, RotationItem
from rotations.recording import record_rotation, undo
from tests.factories import TODAY, make_rotation, make_secret


@pytest.fixture(autouse=True)
def within_an_act(security: User) -> Iterator[None]:
    with acting(actor=security, source=ChangeSet.Source.WEB, reason="Made for a test"):
        yield


@pytest.fixture
def item(security: User, owner: Person) -> RotationItem:
    """A secret that was rotated today, in a rotation of its own."""
    secret = make_secret(name="prod/stripe/a", owner=owner)
    return record_rotation(secrets=[secret], on=TODAY, by=security, today=TODAY, evidence="OPS-12").items[0]


@pytest.fixture
def to_do(owner: Person) -> RotationItem:
    return make_rotation(secrets=(make_secret(name="prod/stripe/b", owner=owner),)).items.get()


def refusal_of(act: Any, **options: Any) -> tuple[str, str]:
    with pytest.raises(ValidationError) as error, transaction.atomic():
        act(**options)
    return str(error.value.code), error.value.message


def test_verifying_says_who_and_when_and_where_it_is_seen(item: RotationItem, owner: Person) -> None:
    marks.verify(items=[item], by=owner.account, on=TODAY, today=TODAY, evidence="grafana 17")

    found = RotationItem.objects.get()
    assert (found.verified_on, found.verified_by, found.evidence) == (TODAY, owner.account, "OPS-12; grafana 17")


def test_revoking_moves_no_date_of_the_secret(item: RotationItem, security: User) -> None:
    before = Secret.objects.values_list("last_rotated_on", "next_rotation_on").get()

    marks.revoke_old(items=[item], by=security, on=TODAY, today=TODAY)

    found = RotationItem.objects.get()
    assert (found.old_revoked_on, found.old_revoked_by) == (TODAY, security)
    assert Secret.objects.values_list("last_rotated_on", "next_rotation_on").get() == before


@pytest.mark.parametrize("act", [marks.verify, marks.revoke_old])
def test_marks_are_refused_with_what_to_do(act: Any, item: RotationItem, to_do: RotationItem, security: User) -> None:
    def refused(one: RotationItem, **options: Any) -> str:
        return refusal_of(act, **{"items": [one], "by": security, "on": TODAY, "today": TODAY} | options)[0]

    found = [
        refused(to_do),
        refused(item, on=TODAY + timedelta(days=1)),
        refused(item, on=TODAY - timedelta(days=1)),
        refused(item, evidence="x" * 500),
    ]
    act(items=[item], by=security, on=TODAY, today=TODAY)

    assert [*found, refused(item)] == ["not_rotated", "future", "before", "long", "marked"]


def test_of_several_all_are_marked_or_none(item: RotationItem, to_do: RotationItem, security: User) -> None:
    refused = refusal_of(marks.verify, items=[item, to_do], by=security, on=TODAY, today=TODAY)

    assert refused == ("not_rotated", "prod/stripe/b is not rotated yet. Record that first.")
    assert RotationItem.objects.filter(verified_on__isnull=False).count() == 0


@pytest.mark.parametrize("outcome", ["failed", "skipped", "deferred"])
def test_what_is_set_aside_has_a_reason_and_moves_no_date(to_do: RotationItem, owner: Person, outcome: str) -> None:
    marks.set_aside(items=[to_do], outcome=outcome, reason="Window missed", by=owner.account, today=TODAY)

    found = RotationItem.objects.get()
    assert (found.outcome, found.note, found.recorded_by) == (outcome, "Window missed", owner.account)
    assert Secret.objects.get().last_rotated_on is None
    assert ChangeSet.objects.filter(reason="Window missed").count() == 0  # the act of the test was named before


def test_setting_aside_is_refused_with_what_to_do(item: RotationItem, to_do: RotationItem, security: User) -> None:
    def refused(one: RotationItem, outcome: str, reason: str) -> tuple[str, str]:
        return refusal_of(marks.set_aside, items=[one], outcome=outcome, reason=reason, by=security, today=TODAY)

    assert refused(to_do, "failed", " ") == ("reason", "Say why.")
    assert refused(to_do, "rotated", "Because") == ("outcome", "Choose failed, skipped or deferred.")
    words = "prod/stripe/a is rotated by now. Look at the rotation again."
    assert refused(item, "failed", "Because") == ("recorded", words)


@pytest.mark.parametrize(
    "values",
    [
        {"outcome": "failed"},
        {"outcome": "skipped", "note": " "},
        {"verified_on": TODAY},
        {"old_revoked_on": TODAY},
        {"outcome": "rotated", "rotated_on": TODAY, "verified_on": TODAY - timedelta(days=1)},
    ],
)
def test_no_door_leads_past_the_rules_of_marks(to_do: RotationItem, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(to_do, name, value)
    doors = (
        lambda: to_do.save(),
        lambda: RotationItem.objects.update(**values),
        lambda: RotationItem.objects.bulk_update([to_do], list(values)),
    )

    for door in doors:
        with pytest.raises(ValidationError), transaction.atomic():
            door()
    assert RotationItem.objects.get().outcome == "open"


def test_what_was_set_aside_can_be_put_back(to_do: RotationItem, security: User) -> None:
    marks.set_aside(items=[to_do], outcome="deferred", reason="Next week", by=security, today=TODAY)

    marks.put_back(items=[to_do], by=security)

    found = RotationItem.objects.get()
    assert (found.outcome, found.recorded_by) == ("open", None)
    assert list(found.history.order_by("history_id").values_list("outcome", flat=True)) == ["open", "deferred", "open"]


def test_a_mark_is_taken_back_within_ten_minutes(item: RotationItem, security: User) -> None:
    marks.verify(items=[item], by=security, on=TODAY, today=TODAY)
    marks.revoke_old(items=[item], by=security, on=TODAY, today=TODAY)
    complete = Rotation.objects.get().state

    marks.take_back(items=[item], mark="revoked", by=security)
    marks.take_back(items=[item], mark="verified", by=security)

    found, rotation = RotationItem.objects.get(), Rotation.objects.get()
    assert (complete, rotation.state, rotation.completed_on) == ("complete", "in_progress", None)
    assert (found.verified_on, found.verified_by, found.old_revoked_on, found.old_revoked_by) == (None,) * 4
    assert rotation.tasks.clean_ups().count() == 1


def test_a_mark_is_not_taken_back_later_or_twice(item: RotationItem, security: User) -> None:
    marks.verify(items=[item], by=security, on=TODAY, today=TODAY)
    later = ChangeSet.objects.latest("pk").at + timedelta(minutes=11)

    with acting(actor=security, source=ChangeSet.Source.WEB, reason="Later") as act:
        act.at = later
        late = refusal_of(marks.take_back, items=[item], mark="verified", by=security)[0]
    marks.take_back(items=[item], mark="verified", by=security)

    assert (late, refusal_of(marks.take_back, items=[item], mark="verified", by=security)[0]) == ("late", "not_marked")


def test_taking_a_rotation_back_takes_its_marks_back(item: RotationItem, security: User) -> None:
    marks.revoke_old(items=[item], by=security, on=TODAY, today=TODAY)

    undo(items=[item], by=security, reason="Wrong secret")

    found = RotationItem.objects.get()
    assert (found.outcome, found.old_revoked_on, Rotation.objects.get().state) == ("undone", None, "cancelled")


def test_nobody_else_marks(item: RotationItem, to_do: RotationItem, colleague: Person, auditor: User) -> None:
    for account in (colleague.account, auditor):
        for act in (marks.verify, marks.revoke_old):
            with pytest.raises(PermissionDenied):
                act(items=[item], by=account, on=TODAY, today=TODAY)
        with pytest.raises(PermissionDenied):
            marks.set_aside(items=[to_do], outcome="failed", reason="No", by=account, today=TODAY)


@pytest.mark.parametrize("number", [1, 3])
def test_marking_many_costs_the_same(security: User, django_assert_num_queries: Any, number: int) -> None:
    secrets = [make_secret() for _ in range(number)]
    items = record_rotation(secrets=secrets, on=TODAY, by=security, today=TODAY).items

    with django_assert_num_queries(70):
        marks.revoke_old(items=items, by=security, on=TODAY, today=TODAY)
