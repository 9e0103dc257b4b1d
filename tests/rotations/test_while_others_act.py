"""What is done to a rotation while others do something else to it: nothing is lost, and nothing comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from audit.acts import acting
from audit.models import ChangeSet, RoleGrant, User
from contacts.models import Absence, Person
from inventory.models import Secret
from rotations.answer_keys import answer_key, message_by_key
from rotations.completion import cancel, complete_if_done
from rotations.drafting import create_rotation
from rotations.inviting import concerned
from rotations.marks import put_back, set_aside, take_back, verify
from rotations.models import Reminder, ReminderMessage, Rotation, RotationItem, RotationTask
from rotations.plan_gathering import Gathered, Wish
from rotations.plan_making import carry_out
from rotations.plan_preview import Preview
from rotations.planning.problem import Days
from rotations.recording import record_rotation, undo
from tests.factories import TODAY, make_rotation, make_secret
from tests.rotations.reminding import at, gather


@pytest.fixture(autouse=True)
def within_an_act(security: User) -> Iterator[None]:
    with acting(actor=security, source=ChangeSet.Source.WEB, reason="Made for a test"):
        yield


@pytest.fixture
def secrets(owner: Person) -> list[Secret]:
    return [make_secret(name=f"prod/stripe/{name}", owner=owner) for name in "ab"]


def record(*secrets: Secret, by: User, **options: Any) -> list[RotationItem]:
    return list(record_rotation(secrets=secrets, on=TODAY, by=by, today=TODAY, **options).items)


def state_of(rotation: Rotation) -> str:
    return str(Rotation.objects.get(pk=rotation.pk).state)


def test_what_was_cancelled_stays_cancelled_whatever_copy_others_hold(secrets: list[Secret], security: User) -> None:
    rotation = create_rotation(secrets=secrets, by=security, planned_on=TODAY)
    copy = Rotation.objects.get(pk=rotation.pk)
    cancel(rotation=rotation, by=security, reason="Not needed")

    complete_if_done([copy], on=TODAY, by=security)

    assert (state_of(rotation), copy.state) == ("cancelled", "cancelled")


def test_undoing_what_was_recorded_brings_no_cancelled_rotation_back(secrets: list[Secret], security: User) -> None:
    rotation = create_rotation(secrets=secrets, by=security, planned_on=TODAY)
    items = record(secrets[0], by=security)
    cancel(rotation=rotation, by=security, reason="Not needed")

    undo(items=items, by=security, reason="By mistake")

    assert state_of(rotation) == "cancelled"


def test_a_clean_up_that_was_done_is_to_do_again_with_the_next_old_value(secrets: list[Secret], security: User) -> None:
    rotation = create_rotation(secrets=secrets, by=security, planned_on=TODAY)
    other = rotation.items.get(secret=secrets[1])
    set_aside(items=[other], outcome="failed", reason="Down", by=security, today=TODAY)
    record(secrets[0], by=security, old_revoked=True)
    done = rotation.tasks.get(kind="clean_up").is_done
    put_back(items=[rotation.items.get(secret=secrets[1])], by=security)

    record(secrets[1], by=security)

    clean_up = rotation.tasks.get(kind="clean_up")
    assert (done, clean_up.is_done, clean_up.due_on) == (True, False, TODAY + timedelta(days=1))


def test_what_somebody_set_aside_is_not_set_aside_over_it(secrets: list[Secret], security: User) -> None:
    rotation = create_rotation(secrets=secrets, by=security, planned_on=TODAY)
    item = rotation.items.get(secret=secrets[0])
    set_aside(items=[item], outcome="failed", reason="Ticket 7", by=security, today=TODAY)

    with pytest.raises(ValidationError) as error:
        set_aside(items=[item], outcome="skipped", reason="Not needed", by=security, today=TODAY)

    assert error.value.code == "recorded"
    assert rotation.items.get(secret=secrets[0]).note == "Ticket 7"


def test_a_plan_takes_nothing_out_that_was_recorded_since(owner: Person, security: User) -> None:
    secret = make_secret(name="prod/a/one", owner=owner, next_rotation_on=date(2026, 8, 5))
    other = make_secret(name="prod/a/two", owner=owner, next_rotation_on=date(2026, 8, 12))
    make_rotation(secrets=(secret, other), planned_on=date(2026, 8, 20))
    wish = Wish(window=Days(TODAY, date(2026, 9, 30)), per_person=3, in_all=20, environment=None, team=None, moves=True)
    preview = Preview(Gathered(wish, TODAY))
    record(secret, by=security)

    with pytest.raises(ValidationError) as error:
        carry_out(preview, by=security)

    assert error.value.code == "changed"
    assert RotationItem.objects.get(secret=secret).outcome == "rotated"


def test_a_rotation_is_not_complete_before_its_last_secret_was_rotated(secrets: list[Secret], security: User) -> None:
    rotation = create_rotation(secrets=secrets, by=security, planned_on=TODAY)
    RotationTask.objects.filter(rotation=rotation).exclude(kind="clean_up").delete()
    record(secrets[0], by=security, old_revoked=True)

    earlier = TODAY - timedelta(days=5)
    record_rotation(secrets=[secrets[1]], on=earlier, by=security, today=TODAY, old_revoked=True)

    rotation.refresh_from_db()
    assert (rotation.state, rotation.completed_on) == ("complete", TODAY)


def test_taking_back_that_a_secret_works_opens_what_it_completed(secrets: list[Secret], security: User) -> None:
    rotation = create_rotation(secrets=secrets[:1], by=security, planned_on=TODAY)
    RotationTask.objects.filter(rotation=rotation, kind="step").delete()
    [item] = record(secrets[0], by=security, old_revoked=True)
    verify(items=[item], by=security, on=TODAY, today=TODAY)
    complete = state_of(rotation)

    take_back(items=[item], mark="verified", by=security)

    assert (complete, state_of(rotation)) == ("complete", "in_progress")
    assert rotation.tasks.get(kind="clean_up").is_done


@pytest.mark.parametrize("change", [{"kind": "imported"}, {"state": "draft"}])
def test_no_door_makes_a_rotation_under_way_something_of_which_less_is_asked(
    secrets: list[Secret], security: User, change: dict[str, str]
) -> None:
    rotation = create_rotation(secrets=secrets, by=security, planned_on=TODAY)
    record(secrets[0], by=security)

    with pytest.raises(ValidationError), transaction.atomic():
        Rotation.objects.filter(pk=rotation.pk).update(**change)

    assert (state_of(rotation), Rotation.objects.get(pk=rotation.pk).kind) == ("in_progress", "scheduled")


def test_no_door_marks_a_day_to_come(secrets: list[Secret], security: User) -> None:
    [item] = record(secrets[0], by=security)

    for name in ("verified_on", "old_revoked_on"):
        with pytest.raises(ValidationError) as error, transaction.atomic():
            RotationItem.objects.filter(pk=item.pk).update(**{name: timezone.localdate() + timedelta(days=1)})
        assert error.value.message_dict == {name: ["Choose a date up to today."]}


@override_settings(SENDS_MAIL=True)
def test_a_message_whose_sender_was_killed_is_one_with_the_next_days(owner: Person) -> None:
    for after in (30, 31):
        make_secret(owner=owner, next_rotation_on=TODAY + timedelta(days=after))
    gather()
    ReminderMessage.objects.update(state="sending", claimed_at=at(TODAY))

    gather(TODAY + timedelta(days=1))

    [message] = ReminderMessage.objects.all()
    assert (message.on, message.state, message.maybe_again) == (TODAY + timedelta(days=1), "waiting", True)
    assert message.reminders.count() == 2


def test_a_plan_hands_over_what_stays_on_its_day_when_its_owner_is_away(
    owner: Person, backup_owner: Person, security: User
) -> None:
    day = date(2026, 8, 5)
    secret = make_secret(name="prod/a/one", owner=owner, backup_owner=backup_owner, next_rotation_on=day)
    planned = make_rotation(secrets=(secret,), planned_on=day, owner=owner)
    wish = Wish(window=Days(TODAY, date(2026, 9, 30)), per_person=3, in_all=20, environment=None, team=None, moves=True)
    before = Preview(Gathered(wish, TODAY)).to_do
    Absence.objects.create(person=owner, first_on=TODAY, last_on=date(2026, 9, 30))

    carry_out(Preview(Gathered(wish, TODAY)), by=security)

    planned.refresh_from_db()
    assert (before, planned.owner, planned.planned_on) == ([], backup_owner, day)
    assert Preview(Gathered(wish, TODAY)).to_do == []


def test_a_day_at_the_end_of_all_calendars_leaves_the_clean_up_without_one(client: Client, security: User) -> None:
    rotation = create_rotation(secrets=[make_secret()], by=security, planned_on=timezone.localdate())
    client.force_login(security)

    answer = client.post(f"{rotation.get_absolute_url()}plan/", {"on": "9999-12-31"})

    assert (answer.status_code, rotation.tasks.get(kind="clean_up").due_on) == (302, None)


@override_settings(SENDS_MAIL=True)
def test_who_may_no_longer_see_the_register_is_told_of_nothing(owner: Person, backup_owner: Person) -> None:
    secret = make_secret(owner=owner, backup_owner=backup_owner, next_rotation_on=TODAY + timedelta(days=30))
    make_rotation(secrets=(secret,), planned_on=TODAY + timedelta(days=3))
    Person.objects.filter(pk=owner.pk).update(invitations=True)
    gather()
    message = ReminderMessage.objects.get(person=owner)
    before = (len(concerned(today=TODAY).invited), message_by_key(answer_key(message)))
    RoleGrant.objects.filter(user=owner.account).delete()

    gather()

    told = list(Reminder.objects.values_list("person__name", flat=True))
    assert before == (1, message)
    assert (told, len(concerned(today=TODAY).invited)) == ([backup_owner.name], 0)
    assert message_by_key(answer_key(message)) is None
