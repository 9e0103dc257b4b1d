"""Two people who record at the same moment, each with a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from audit.acts import acting
from audit.models import ChangeSet, User
from inventory.models import Secret
from rotations.completion import complete
from rotations.marks import revoke_old
from rotations.models import Rotation, RotationItem
from rotations.recording import record_rotation
from tests.factories import TODAY, make_rotation, make_secret

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Run the acts in threads that begin together; return what each ended with, in the order of the alphabet."""
    together = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        try:
            together.wait(10)
            act()
        except ValidationError as error:
            return error.message
        finally:
            connection.close()
        return "recorded"

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(threads.map(run, acts))


def recording(secret: Secret, by: User) -> Callable[[], Any]:
    def act() -> None:
        with acting(actor=by, source=ChangeSet.Source.WEB, reason=""):
            record_rotation(secrets=[secret], on=TODAY, by=User.objects.get(pk=by.pk), today=TODAY, old_revoked=True)

    return act


@pytest.mark.parametrize("attempt", range(3))
def test_the_same_secret_ends_in_one_rotation_and_one_clear_message(security: User, attempt: int) -> None:
    secret = make_secret(name="prod/stripe/a")

    ended = at_once(*[recording(secret, security) for _ in range(4)])

    words = "The rotation of prod/stripe/a on 2026-07-14 is recorded already. Nothing was written."
    assert ended == [words] * 3 + ["recorded"]
    assert (Rotation.objects.count(), RotationItem.objects.count()) == (1, 1)
    assert Secret.objects.get().last_rotated_on == TODAY


@pytest.mark.parametrize("attempt", range(3))
def test_a_planned_item_is_completed_once(security: User, attempt: int) -> None:
    secret = make_secret(name="prod/stripe/a")
    make_rotation(secrets=(secret,))

    ended = at_once(recording(secret, security), recording(secret, security))

    assert ended[1] == "recorded"
    assert [(rotation.state, rotation.items.count()) for rotation in Rotation.objects.all()] == [("complete", 1)]


@pytest.mark.parametrize("attempt", range(3))
def test_the_last_two_secrets_of_a_rotation_complete_it(security: User, attempt: int) -> None:
    first, second = make_secret(), make_secret()
    make_rotation(secrets=(first, second))

    ended = at_once(recording(first, security), recording(second, security))

    assert ended == ["recorded", "recorded"]
    assert Rotation.objects.get().state == "complete"


def test_eight_clients_complete_every_rotation_once(security: User) -> None:
    rotations = [make_rotation(secrets=(make_secret(),)) for _ in range(6)]
    with acting(actor=security, source=ChangeSet.Source.WEB, reason="Rotated"):
        for rotation in rotations:
            item = rotation.items.get()
            record_rotation(secrets=[item.secret], on=TODAY, by=security, today=TODAY)

    for rotation in rotations:
        ended = at_once(*[completing(rotation, security) for _ in range(8)])

        assert ended == ["This rotation is complete since 2026-07-14 already. Nothing was changed."] * 7 + ["recorded"]
    states = Rotation.history.filter(state="complete").values_list("id", flat=True)
    assert sorted(states) == sorted(rotation.pk for rotation in rotations)


def test_two_people_who_mark_different_secrets_lose_nothing(security: User) -> None:
    secrets = [make_secret() for _ in range(4)]
    rotation = make_rotation(secrets=tuple(secrets))
    with acting(actor=security, source=ChangeSet.Source.WEB, reason="Rotated"):
        record_rotation(secrets=secrets, on=TODAY, by=security, today=TODAY)

    ended = at_once(*[revoking(item, security) for item in rotation.items.all()])

    assert ended == ["recorded"] * 4
    assert (rotation.items.filter(old_revoked_on=TODAY).count(), Rotation.objects.get().state) == (4, "complete")


def completing(rotation: Rotation, by: User) -> Callable[[], Any]:
    def act() -> None:
        with acting(actor=by, source=ChangeSet.Source.WEB, reason=""):
            complete(rotation=rotation, by=User.objects.get(pk=by.pk), today=TODAY, old_alive_reason="Until Thursday")

    return act


def revoking(item: RotationItem, by: User) -> Callable[[], Any]:
    def act() -> None:
        with acting(actor=by, source=ChangeSet.Source.WEB, reason=""):
            revoke_old(items=[item], by=User.objects.get(pk=by.pk), on=TODAY, today=TODAY)

    return act
