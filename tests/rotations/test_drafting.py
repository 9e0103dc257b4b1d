"""How a rotation is made: its secrets, its checklist, and the day of its clean-up."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.acts import acting
from audit.models import ChangeSet, User
from inventory.models import Secret
from rotations.drafting import CLEAN_UP, create_rotation
from rotations.first_checklist import STEPS
from rotations.models import ChecklistStep, ReminderOffset, Rotation
from tests.factories import TODAY, make_person, make_secret, make_type

FRIDAY = date(2026, 7, 17)


@pytest.fixture(autouse=True)
def within_an_act(security: User) -> Iterator[None]:
    with acting(actor=security, source=ChangeSet.Source.WEB, reason="Made for a test"):
        yield


def tasks_of(rotation: Rotation) -> list[tuple[str, date | None]]:
    return list(rotation.tasks.in_order().values_list("words", "due_on"))


def test_a_rotation_without_a_day_is_a_draft(security: User) -> None:
    rotation = create_rotation(secrets=[make_secret()], by=security)

    assert (rotation.state, rotation.kind, rotation.environment_id) == ("draft", "scheduled", "prod")


def test_a_rotation_has_its_secrets_and_the_steps_of_every_type(security: User) -> None:
    secrets = [make_secret(name="prod/stripe/a"), make_secret(name="staging/stripe/b")]
    lead = make_person()

    rotation = create_rotation(
        secrets=secrets, by=security, planned_on=TODAY, owner=lead, title="Stripe", cause="vendor_breach"
    )

    assert (rotation.state, rotation.kind, rotation.environment, rotation.owner) == ("planned", "emergency", None, lead)
    assert sorted(item.secret_id for item in rotation.items.all()) == sorted(secret.pk for secret in secrets)
    assert tasks_of(rotation) == [*((words, None) for _, words in STEPS), (CLEAN_UP, date(2026, 7, 15))]


def test_a_clean_up_on_a_weekend_moves_to_monday(security: User) -> None:
    rotation = create_rotation(secrets=[make_secret()], by=security, planned_on=FRIDAY)

    assert tasks_of(rotation)[-1] == (CLEAN_UP, date(2026, 7, 20))


def test_a_clean_up_on_a_holiday_moves_past_it(security: User, settings: Any) -> None:
    settings.HOLIDAYS = "DE"

    rotation = create_rotation(secrets=[make_secret()], by=security, planned_on=date(2026, 12, 24))

    assert rotation.tasks.get(kind="clean_up").due_on == date(2026, 12, 28)


def test_a_clean_up_stands_where_the_last_clean_up_reminder_stands(security: User) -> None:
    ReminderOffset.objects.create(kind="clean_up", days_before=-9, label="Clean-up")

    rotation = create_rotation(secrets=[make_secret()], by=security, planned_on=TODAY)

    assert tasks_of(rotation)[-1] == (CLEAN_UP, date(2026, 7, 23))


def test_steps_of_a_type_stand_for_those_of_every_type(security: User) -> None:
    jwt = make_type(name="JWT Signing Keys")
    ChecklistStep.objects.create(type=jwt, words="Publish both keys")

    alone = create_rotation(secrets=[make_secret(type=jwt)], by=security)
    mixed = create_rotation(secrets=[make_secret(type=jwt), make_secret()], by=security)

    assert [words for words, _ in tasks_of(alone)] == ["Publish both keys", CLEAN_UP]
    assert {words for words, _ in tasks_of(mixed)} == {"Publish both keys", *(words for _, words in STEPS), CLEAN_UP}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"secrets": []}, "none"),
        ({"clean_up_on": TODAY}, "clean_up"),
        ({"planned_on": FRIDAY, "clean_up_on": TODAY}, "clean_up"),
        ({"notes": "password: hunter2-and-more-Xy7"}, None),
    ],
)
def test_what_makes_no_rotation_writes_nothing(security: User, options: dict[str, Any], code: str | None) -> None:
    with pytest.raises(ValidationError) as error:
        create_rotation(**{"secrets": [make_secret()], "by": security} | options)

    assert (getattr(error.value, "code", None), Rotation.objects.count()) == (code, 0)


def test_a_retired_secret_is_not_planned(security: User) -> None:
    with pytest.raises(ValidationError, match="prod/stripe/old is retired"):
        create_rotation(secrets=[make_secret(name="prod/stripe/old", status="retired")], by=security)


def test_only_security_plans(owner: User) -> None:
    with pytest.raises(PermissionDenied):
        create_rotation(secrets=[make_secret()], by=owner)

    assert Rotation.objects.count() == 0


@pytest.mark.parametrize("number", [1, 3])
def test_planning_costs_the_same_for_one_secret_and_for_three(
    security: User, django_assert_num_queries: Any, number: int
) -> None:
    secrets: list[Secret] = [make_secret() for _ in range(number)]

    with django_assert_num_queries(52):
        create_rotation(secrets=secrets, by=security, planned_on=TODAY)
