"""What recording a rotation does, whatever the door."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.acts import acting
from audit.models import ChangeSet, User
from contacts.models import Person
from inventory.models import Secret
from rotations.models import Rotation, RotationItem
from rotations.recording import Recorded, record_rotation
from tests.factories import TODAY, make_rotation, make_secret, make_type

LONG_AGO = TODAY - timedelta(days=100)


@pytest.fixture
def within_an_act(security: User) -> Iterator[None]:
    with acting(actor=security, source=ChangeSet.Source.WEB, reason=""):
        yield


def record(*secrets: Secret, by: User, on: date = TODAY, **options: Any) -> Recorded:
    return record_rotation(secrets=secrets, on=on, by=by, today=TODAY, **options)


def dates_of(secret: Secret) -> tuple[date | None, date | None, str]:
    found = Secret.objects.get(pk=secret.pk)
    return found.last_rotated_on, found.next_rotation_on, found.next_rotation_reason


def state_of(secrets: Sequence[Secret]) -> tuple[int, int, list[Any]]:
    rotated = RotationItem.objects.rotated().count()
    return Rotation.objects.count(), rotated, [dates_of(secret) for secret in secrets]


def refused(*secrets: Secret, by: User, **options: Any) -> tuple[str, str]:
    before = (
        Rotation.objects.count(),
        RotationItem.objects.rotated().count(),
        [dates_of(secret) for secret in secrets],
    )
    with pytest.raises((ValidationError, PermissionDenied)) as error:
        record(*secrets, by=by, **options)
    assert state_of(secrets) == before
    if isinstance(error.value, PermissionDenied):
        return "denied", str(error.value)
    return error.value.code, error.value.message


def test_recording_moves_both_dates(within_an_act: None, security: User) -> None:
    secret = make_secret(last_rotated_on=LONG_AGO)

    record(secret, by=security)

    assert dates_of(secret) == (TODAY, TODAY + timedelta(days=90), "")


def test_recording_makes_a_complete_rotation(within_an_act: None, security: User) -> None:
    secret = make_secret(name="prod/stripe/secret_key")

    recorded = record(secret, by=security, note="Key rolled", evidence="OPS-12", old_revoked=True)

    rotation, item = Rotation.objects.get(), RotationItem.objects.get()
    assert (rotation.state, rotation.completed_on, rotation.environment_id, rotation.kind) == (
        "complete",
        TODAY,
        "prod",
        "scheduled",
    )
    assert (item.outcome, item.rotated_on, item.recorded_by, item.evidence, item.note) == (
        "rotated",
        TODAY,
        security,
        "OPS-12",
        "Key rolled",
    )
    assert [found.pk for found in recorded.items] == [item.pk]
    assert ChangeSet.objects.latest("pk").reason == "Key rolled"


def test_recording_needs_no_note(within_an_act: None, security: User) -> None:
    record(make_secret(), by=security)

    assert ChangeSet.objects.latest("pk").reason == "Rotated on 2026-07-14"


def test_several_secrets_share_one_rotation_and_one_change_set(within_an_act: None, security: User) -> None:
    secrets = make_secret(name="prod/stripe/a"), make_secret(name="staging/stripe/b")

    record(*secrets, by=security)

    rotation = Rotation.objects.get()
    assert (rotation.environment, rotation.items.rotated().count()) == (None, 2)
    assert [dates_of(secret)[0] for secret in secrets] == [TODAY, TODAY]
    assert RotationItem.history.values("change_set").distinct().count() == 1


def test_one_secret_that_cannot_be_recorded_stops_all(within_an_act: None, security: User) -> None:
    secret, retired = make_secret(), make_secret(name="prod/stripe/old", status="retired")

    assert refused(secret, retired, by=security) == (
        "retired",
        "prod/stripe/old is retired. Set its status back first.",
    )


def test_a_date_to_come_is_refused(within_an_act: None, security: User) -> None:
    tomorrow = TODAY + timedelta(days=1)

    assert refused(make_secret(), by=security, on=tomorrow) == ("future", "Choose a date up to today.")


def test_the_same_day_twice_is_refused(within_an_act: None, security: User) -> None:
    secret = make_secret(name="prod/stripe/a")
    record(secret, by=security)

    assert refused(secret, by=security) == (
        "recorded",
        "The rotation of prod/stripe/a on 2026-07-14 is recorded already. Nothing was written.",
    )


def test_a_date_before_the_last_one_is_asked_about(within_an_act: None, security: User) -> None:
    secret = make_secret(name="prod/stripe/a", last_rotated_on=TODAY)

    assert refused(secret, by=security, on=LONG_AGO) == (
        "earlier",
        "prod/stripe/a was rotated on 2026-07-14, after 2026-04-05. Confirm that an earlier rotation is meant.",
    )


def test_a_date_before_the_last_one_is_kept_and_moves_nothing(within_an_act: None, security: User) -> None:
    secret = make_secret(last_rotated_on=TODAY)
    before = dates_of(secret)

    record(secret, by=security, on=LONG_AGO, earlier_is_meant=True)

    assert dates_of(secret) == before
    assert RotationItem.objects.get().rotated_on == LONG_AGO


def test_a_date_that_was_given_ends_with_the_rotation(within_an_act: None, security: User) -> None:
    secret = make_secret(last_rotated_on=LONG_AGO, next_rotation_on=date(2027, 1, 1), next_rotation_reason="Contract")

    record(secret, by=security)

    assert dates_of(secret) == (TODAY, TODAY + timedelta(days=90), "")


def test_a_secret_without_an_interval_gets_no_next_date(within_an_act: None, security: User) -> None:
    secret = make_secret(type=make_type(name="Passwords", rotation_interval_days=None))

    record(secret, by=security)

    assert dates_of(secret) == (TODAY, None, "")


def test_an_interval_of_its_own_goes_before_the_type(within_an_act: None, security: User) -> None:
    secret = make_secret(rotation_interval_days=7, interval_reason="Shared with a partner")

    record(secret, by=security)

    assert dates_of(secret) == (TODAY, TODAY + timedelta(days=7), "")


def test_a_planned_item_is_completed_in_its_rotation(within_an_act: None, security: User) -> None:
    secret = make_secret()
    planned = make_rotation(secrets=(secret,), planned_on=TODAY + timedelta(days=9))

    record(secret, by=security, old_revoked=True)

    rotation = Rotation.objects.get()
    assert (rotation.pk, rotation.state, rotation.completed_on) == (planned.pk, "complete", TODAY)
    assert (rotation.planned_on, rotation.items.get().outcome) == (TODAY + timedelta(days=9), "rotated")


def test_of_several_planned_rotations_the_first_is_completed(within_an_act: None, security: User) -> None:
    secret = make_secret()
    later = make_rotation(secrets=(secret,), planned_on=TODAY + timedelta(days=99))
    first = make_rotation(secrets=(secret,), planned_on=TODAY + timedelta(days=9))

    record(secret, by=security, old_revoked=True)

    assert (Rotation.objects.get(pk=first.pk).state, Rotation.objects.get(pk=later.pk).state) == ("complete", "planned")


def test_a_draft_without_a_date_is_left_alone(within_an_act: None, security: User) -> None:
    secret = make_secret()
    draft = make_rotation(secrets=(secret,), state="draft")

    record(secret, by=security, old_revoked=True)

    assert Rotation.objects.get(pk=draft.pk).state == "draft"
    assert Rotation.objects.exclude(pk=draft.pk).get().state == "complete"


def test_a_draft_with_a_day_is_begun_by_its_first_secret(within_an_act: None, security: User) -> None:
    secret = make_secret()
    draft = make_rotation(secrets=(secret, make_secret()), state="draft", planned_on=TODAY)

    record(secret, by=security)

    assert Rotation.objects.get(pk=draft.pk).state == "in_progress"


def test_a_rotation_goes_on_until_its_last_secret_is_done(within_an_act: None, security: User) -> None:
    first, second = make_secret(), make_secret()
    make_rotation(secrets=(first, second))

    record(first, by=security, old_revoked=True)
    between = Rotation.objects.get().state
    record(second, by=security, old_revoked=True)

    assert (between, Rotation.objects.get().state) == ("in_progress", "complete")


def test_a_compromised_secret_stays_compromised(within_an_act: None, security: User) -> None:
    secret = make_secret(status="compromised")

    record(secret, by=security)

    assert (Secret.objects.get().status, Rotation.objects.get().kind) == ("compromised", "emergency")


def test_its_owner_may_record(within_an_act: None, owner: Person) -> None:
    secret = make_secret(owner=owner)

    record(secret, by=owner.account)

    assert (Rotation.objects.get().owner, dates_of(secret)[0]) == (owner, TODAY)


def test_its_backup_owner_may_record(within_an_act: None, owner: Person, backup_owner: Person) -> None:
    secret = make_secret(owner=owner, backup_owner=backup_owner)

    record(secret, by=backup_owner.account)

    assert dates_of(secret)[0] == TODAY


def test_who_leads_the_rotation_may_record_its_items(within_an_act: None, owner: Person, colleague: Person) -> None:
    secret, other = make_secret(owner=owner), make_secret(name="prod/stripe/other", owner=owner)
    make_rotation(secrets=(secret,), owner=colleague)

    record(secret, by=colleague.account)

    assert dates_of(secret)[0] == TODAY
    assert refused(other, by=colleague.account) == ("denied", "prod/stripe/other is not yours to record.")


def test_nobody_else_may_record(within_an_act: None, owner: Person, colleague: Person, auditor: User) -> None:
    secret = make_secret(name="prod/stripe/a", owner=owner)
    words = ("denied", "prod/stripe/a is not yours to record.")

    assert (refused(secret, by=colleague.account), refused(secret, by=auditor)) == (words, words)


def test_a_note_that_looks_like_a_value_is_refused(within_an_act: None, security: User) -> None:
    secret = make_secret()

    with pytest.raises(ValidationError):
        record(secret, by=security, note="".join(("sk", "_live_", "9aB3dE5fG7hI1jK2lM4nO6pQ")))

    assert dates_of(secret)[0] is None


@pytest.mark.parametrize("number", [1, 3, pytest.param(50, marks=pytest.mark.postgresql)])
def test_recording_many_costs_the_same(
    within_an_act: None, security: User, django_assert_num_queries: Any, number: int
) -> None:
    secrets = [make_secret() for _ in range(number)]
    assert security.roles

    with django_assert_num_queries(86):
        record(*secrets, by=security, note="Key rolled")
