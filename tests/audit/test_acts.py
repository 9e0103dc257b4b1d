"""One act, one change set: whatever is rolled back on the way."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audit.acts import NoActError, acting, because, current_act
from audit.models import ChangeSet, User
from contacts.models import Team
from tests.factories import make_user

SYSTEM = {"actor": None, "source": ChangeSet.Source.SYSTEM}


# What every register begins with.
FIRST = ("rotations.reminderoffset", "rotations.reminderrung", "rotations.checkliststep")


def told() -> list[tuple[str, list[str]]]:
    """Return every change set by its reason, with what it tells of; but for those a register begins with."""
    return [
        (found.reason, list(found.rows.order_by("pk").values_list("object_text", flat=True)))
        for found in ChangeSet.objects.exclude(rows__model__in=FIRST).order_by("pk")
    ]


class RollBackError(Exception):
    pass


def rolled_back(name: str) -> None:
    try:
        with transaction.atomic():
            Team.objects.create(name=name)
            raise RollBackError
    except RollBackError:
        pass


def test_everything_written_in_an_act_shares_its_change_set(transactional_db: None) -> None:
    with acting(**SYSTEM, reason="Reorganised"):
        Team.objects.create(name="Web")
        Team.objects.create(name="Ops")

    assert told() == [("Reorganised", ["Web", "Ops"])]


def test_an_act_that_writes_nothing_leaves_nothing(transactional_db: None) -> None:
    with acting(**SYSTEM, reason="Reorganised"):
        pass

    assert told() == []


def test_a_change_set_survives_a_block_that_was_rolled_back(transactional_db: None) -> None:
    with acting(**SYSTEM, reason="Reorganised"):
        rolled_back("Web")
        Team.objects.create(name="Ops")

    assert told() == [("Reorganised", ["Ops"])]


def test_a_change_set_survives_a_savepoint_that_was_rolled_back(transactional_db: None) -> None:
    with acting(**SYSTEM, reason="Reorganised"), transaction.atomic():
        rolled_back("Web")
        Team.objects.create(name="Ops")
        rolled_back("Data")
        Team.objects.create(name="Design")

    assert told() == [("Reorganised", ["Ops", "Design"])]


def test_a_change_set_survives_an_error_of_the_database(transactional_db: None) -> None:
    with acting(**SYSTEM, reason="Reorganised"), transaction.atomic():
        Team.objects.create(name="Web")
        with pytest.raises(IntegrityError), transaction.atomic():
            Team.objects.create(name="WEB")
        Team.objects.create(name="Ops")

    assert told() == [("Reorganised", ["Web", "Ops"])]


def test_a_change_set_is_shared_by_transactions_that_follow_each_other(transactional_db: None) -> None:
    with acting(**SYSTEM, reason="Reorganised"):
        with transaction.atomic():
            Team.objects.create(name="Web")
        rolled_back("Data")
        with transaction.atomic(), transaction.atomic():
            Team.objects.create(name="Ops")

    assert told() == [("Reorganised", ["Web", "Ops"])]


def test_an_act_that_is_rolled_back_as_a_whole_leaves_nothing(transactional_db: None) -> None:
    with acting(**SYSTEM, reason="Reorganised"):
        rolled_back("Web")

    assert (told(), Team.history.count()) == ([], 0)


def test_two_acts_leave_two_change_sets(transactional_db: None) -> None:
    for reason in ("First", "Second"):
        with acting(**SYSTEM, reason=reason):
            Team.objects.create(name=reason)

    assert told() == [("First", ["First"]), ("Second", ["Second"])]


def test_an_act_inside_another_is_one_of_its_own(transactional_db: None) -> None:
    with acting(**SYSTEM, reason="Outer"):
        Team.objects.create(name="Web")
        with acting(**SYSTEM, reason="Inner"):
            Team.objects.create(name="Ops")
        Team.objects.create(name="Data")

    assert told() == [("Outer", ["Web", "Data"]), ("Inner", ["Ops"])]


def test_the_reason_is_the_one_given_before_the_first_write(transactional_db: None) -> None:
    with acting(**SYSTEM, reason=""):
        because("Reorganised")
        Team.objects.create(name="Web")
        because("Something else")
        Team.objects.create(name="Ops")

    assert told() == [("Reorganised", ["Web", "Ops"])]


def test_an_act_ends_with_its_block_whatever_happens(transactional_db: None) -> None:
    with pytest.raises(RollBackError), acting(**SYSTEM, reason="Reorganised"):
        raise RollBackError

    with pytest.raises(NoActError):
        current_act()


def test_an_act_keeps_the_name_its_actor_had(transactional_db: None) -> None:
    account = make_user(username="mia", first_name="Mia", last_name="Moss")
    with acting(actor=account, source=ChangeSet.Source.WEB, reason="Reorganised"):
        Team.objects.create(name="Web")

    with acting(**SYSTEM, reason="Married"):
        User.objects.update(last_name="Hill")

    assert ChangeSet.objects.get(reason="Reorganised").actor_name == "Mia Moss"


def test_a_sample_register_may_tell_of_days_that_were(db: None, settings: Any) -> None:
    settings.DEMO = True
    day = datetime(2026, 2, 3, 10, tzinfo=UTC)

    with acting(**SYSTEM, reason="Reorganised", at=day):
        team = Team.objects.create(name="Web")

    assert (ChangeSet.objects.latest("pk").at, team.history.get().history_date) == (day, day)


def test_a_real_register_tells_of_today_only(db: None) -> None:
    with (
        pytest.raises(NoActError) as refused,
        acting(**SYSTEM, reason="Reorganised", at=datetime(2026, 2, 3, 10, tzinfo=UTC)),
    ):
        pass

    assert str(refused.value) == "Only a sample register may be filled with acts of days that were."
