"""The steps, the clean-up and the notes of one rotation."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from audit.acts import acting
from audit.models import ChangeSet, User
from contacts.models import Person
from rotations import tasks
from rotations.completion import complete
from rotations.drafting import create_rotation
from rotations.models import Rotation, RotationNote, RotationTask
from rotations.recording import record_rotation
from rotations.replanning import plan_for
from tests.factories import TODAY, make_secret


@pytest.fixture(autouse=True)
def within_an_act(security: User) -> Iterator[None]:
    with acting(actor=security, source=ChangeSet.Source.WEB, reason="Made for a test"):
        yield


@pytest.fixture
def rotation(security: User, owner: Person) -> Rotation:
    """A planned rotation of one secret, with its checklist."""
    return create_rotation(secrets=[make_secret(name="prod/stripe/a", owner=owner)], by=security, planned_on=TODAY)


def step_of(rotation: Rotation, kind: str = "step") -> RotationTask:
    return rotation.tasks.filter(kind=kind).in_order()[0]


def refusal_of(act: Any, **options: Any) -> tuple[str, str]:
    with pytest.raises(ValidationError) as error, transaction.atomic():
        act(**options)
    return str(error.value.code), error.value.message


def test_who_answers_for_a_secret_in_it_ticks_a_step(rotation: Rotation, owner: Person) -> None:
    tasks.tick(task=step_of(rotation), by=owner.account, today=TODAY)
    ticked = step_of(rotation)
    tasks.tick(task=ticked, by=owner.account, today=TODAY, done=False)

    assert (ticked.done_by, step_of(rotation).done_by) == (owner.account, None)


def test_a_step_of_a_complete_rotation_stays_done(rotation: Rotation, security: User) -> None:
    step = tasks.tick(task=step_of(rotation), by=security, today=TODAY)
    record_rotation(secrets=[item.secret for item in rotation.items.all()], on=TODAY, by=security, today=TODAY)
    complete(rotation=rotation, by=security, today=TODAY, old_alive_reason="For the test")

    refused = refusal_of(tasks.tick, task=step, by=security, today=TODAY, done=False)

    assert refused == ("over", "This rotation is complete, and its steps with it.")
    assert step_of(rotation).is_done


def test_others_tick_nothing(rotation: Rotation, colleague: Person, auditor: User) -> None:
    for account in (colleague.account, auditor):
        with pytest.raises(PermissionDenied):
            tasks.tick(task=step_of(rotation), by=account, today=TODAY)


def test_the_last_step_completes_what_is_done(rotation: Rotation, security: User) -> None:
    RotationTask.objects.filter(kind="verify").delete()
    record_rotation(
        secrets=[item.secret for item in rotation.items.all()], on=TODAY, by=security, today=TODAY, old_revoked=True
    )
    for task in rotation.tasks.unticked():
        tasks.tick(task=task, by=security, today=TODAY)

    assert Rotation.objects.get().state == "complete"


def test_what_follows_from_the_secrets_is_not_ticked(rotation: Rotation, security: User) -> None:
    refused = [
        refusal_of(tasks.tick, task=step_of(rotation, kind), by=security, today=TODAY)[0]
        for kind in ("rotate", "verify")
    ]

    assert refused == ["follows", "follows"]


def test_a_clean_up_is_not_done_while_an_old_one_works(rotation: Rotation, security: User) -> None:
    record_rotation(secrets=[rotation.items.get().secret], on=TODAY, by=security, today=TODAY)

    assert refusal_of(tasks.tick, task=step_of(rotation, "clean_up"), by=security, today=TODAY) == (
        "alive",
        "The old value of prod/stripe/a still works. Mark it as revoked; the clean-up ends with the last one.",
    )


def test_steps_are_added_and_taken_away_by_who_leads(rotation: Rotation, security: User, owner: Person) -> None:
    added = tasks.add_step(rotation=rotation, words=" Tell the provider ", by=security)
    with pytest.raises(PermissionDenied):
        tasks.remove_step(task=added, by=owner.account)
    order = [task.words for task in rotation.tasks.in_order()]
    tasks.remove_step(task=added, by=security)

    assert (order[-2:], rotation.tasks.count()) == (["Tell the provider", "Revoke the old ones"], 5)


def test_a_step_stands_once_and_the_clean_up_stays(rotation: Rotation, security: User) -> None:
    with pytest.raises(ValidationError, match="has this step already"):
        tasks.add_step(rotation=rotation, words="bring the documentation up to date", by=security)
    assert refusal_of(tasks.remove_step, task=step_of(rotation, "clean_up"), by=security)[0] == "clean_up"


def test_the_clean_up_moves_with_the_plan(rotation: Rotation, security: User) -> None:
    tasks.move_clean_up(task=step_of(rotation, "clean_up"), due_on=TODAY + timedelta(days=6), by=security)

    plan_for(rotation=rotation, on=date(2026, 8, 3), by=security)

    assert step_of(rotation, "clean_up").due_on == date(2026, 8, 10)  # the ninth is a Sunday


def test_a_draft_that_gets_a_day_gets_one_for_its_clean_up(security: User) -> None:
    rotation = create_rotation(secrets=[make_secret()], by=security)

    planned = plan_for(rotation=rotation, on=TODAY, by=security)

    assert (planned.state, step_of(rotation, "clean_up").due_on) == ("planned", TODAY + timedelta(days=1))


def test_a_clean_up_comes_after_the_rotation(rotation: Rotation, security: User) -> None:
    task = step_of(rotation, "clean_up")

    assert refusal_of(tasks.move_clean_up, task=task, due_on=TODAY - timedelta(days=1), by=security)[0] == "before"


def test_notes_are_kept_one_beside_the_other(rotation: Rotation, owner: Person, security: User) -> None:
    for account in (owner.account, security):
        tasks.add_note(rotation=rotation, text="On it", by=account)

    assert [note.by for note in RotationNote.objects.order_by("pk")] == [owner.account, security]


def test_a_note_that_looks_like_a_value_is_refused(rotation: Rotation, security: User) -> None:
    with pytest.raises(ValidationError):
        tasks.add_note(rotation=rotation, text="".join(("sk", "_live_", "9aB3dE5fG7hI1jK2lM4nO6pQ")), by=security)

    assert RotationNote.objects.count() == 0
