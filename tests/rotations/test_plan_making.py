"""A plan is carried out: rotations are made and moved, all of it or nothing."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection
from django.test import Client

from audit.models import ChangeSet
from contacts.models import Person
from rotations import plan_pages
from rotations.models import Rotation, RotationItem
from tests.factories import make_person, make_rotation, make_secret, make_user
from tests.rotations.plan_asking import ASK, PAGE, TODAY, create, preview, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_pages.timezone, "localdate", lambda: TODAY)


@pytest.fixture
def jonas() -> Person:
    return make_person(name="Jonas")


@pytest.fixture
def wen() -> Person:
    return make_person(name="Wen")


def test_creating_makes_one_rotation_for_each_day_environment_and_person(
    as_security: Client, jonas: Person, wen: Person
) -> None:
    for name, owner in (("prod/a/one", jonas), ("prod/a/two", jonas), ("dev/a/one", jonas), ("prod/a/three", wen)):
        make_secret(name=name, owner=owner, next_rotation_on=date(2026, 8, 5))
    before = ChangeSet.objects.count()

    answer = create(as_security)

    assert (answer.status_code, answer["Location"]) == (302, "/rotations/")
    made = {
        (str(rotation.planned_on), rotation.environment_id, rotation.owner.name): sorted(
            rotation.items.values_list("secret__name", flat=True)
        )
        for rotation in Rotation.objects.all()
    }
    assert made == {
        ("2026-08-05", "prod", "Jonas"): ["prod/a/one", "prod/a/two"],
        ("2026-08-05", "dev", "Jonas"): ["dev/a/one"],
        ("2026-08-05", "prod", "Wen"): ["prod/a/three"],
    }
    assert ChangeSet.objects.count() == before + 1
    assert ChangeSet.objects.latest("pk").reason == "Planned Everything, 2026-07-14 to 2026-09-30: 4 secrets"
    assert set(Rotation.objects.values_list("tasks__due_on", flat=True)) >= {date(2026, 8, 6)}


def test_planning_again_finds_nothing_more_to_do(as_security: Client, jonas: Person) -> None:
    make_secret(owner=jonas, next_rotation_on=date(2026, 8, 5))
    create(as_security)

    page = as_security.get(PAGE, ASK)

    assert page.context["preview"].to_do == []
    assert "1 secret keeps its day" in words(page)
    assert "Create" not in words(page).split("Day by day")[0].split("How good")[-1]


def test_a_register_that_changed_since_is_looked_at_again(as_security: Client, jonas: Person) -> None:
    make_secret(owner=jonas, next_rotation_on=date(2026, 8, 5))
    seen = preview(as_security).digest
    make_secret(owner=jonas, next_rotation_on=date(2026, 8, 6))

    answer = as_security.post(PAGE, ASK | {"digest": seen})

    assert answer.status_code == 200
    assert "The register changed since you looked." in words(answer)
    assert Rotation.objects.count() == 0


def test_a_rotation_moves_as_a_whole_and_keeps_its_identity(as_security: Client, jonas: Person) -> None:
    secrets = tuple(make_secret(name=f"prod/a/{n}", owner=jonas, next_rotation_on=date(2026, 8, 5)) for n in range(2))
    planned = make_rotation(secrets=secrets, planned_on=date(2026, 8, 20), owner=jonas)

    kept, moved = preview(as_security), preview(as_security, moves="on")
    create(as_security, moves="on")

    assert (kept.to_do, kept.kept_late) == ([], 2)
    assert [str(line.before) for line in moved.moved] == ["2026-08-20", "2026-08-20"]
    planned.refresh_from_db()
    assert (planned.planned_on, planned.state, Rotation.objects.count()) == (date(2026, 8, 5), "planned", 1)
    assert planned.items.count() == 2


def test_what_moves_alone_leaves_its_rotation_and_an_empty_one_is_cancelled(
    as_security: Client, jonas: Person, wen: Person
) -> None:
    one = make_secret(name="prod/a/one", owner=jonas, next_rotation_on=date(2026, 8, 5))
    two = make_secret(name="prod/a/two", owner=wen, next_rotation_on=date(2026, 8, 12))
    planned = make_rotation(secrets=(one, two), planned_on=date(2026, 8, 20))

    create(as_security, moves="on")

    planned.refresh_from_db()
    assert planned.state == "cancelled"
    assert dict(RotationItem.objects.values_list("secret__name", "rotation__planned_on")) == {
        "prod/a/one": date(2026, 8, 5),
        "prod/a/two": date(2026, 8, 12),
    }


def test_what_is_planned_in_time_does_not_move_for_a_few_days(as_security: Client, jonas: Person) -> None:
    secret = make_secret(owner=jonas, next_rotation_on=date(2026, 8, 5))
    make_rotation(secrets=(secret,), planned_on=date(2026, 7, 28), owner=jonas)

    found = preview(as_security, moves="on")

    assert (found.moved, found.to_do) == ([], [])


def test_too_many_rotations_at_once_are_refused(
    as_security: Client, jonas: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_pages, "MOST_ROTATIONS", 1)
    for day in (5, 6):
        make_secret(owner=jonas, next_rotation_on=date(2026, 8, day))

    answer = create(as_security)

    assert (answer.status_code, Rotation.objects.count()) == (200, 0)
    assert "These would be 2 rotations, and at most 1 can be created at once." in words(answer)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_looked_at_the_same_plan_create_it_once() -> None:
    user = make_user(roles=("security",))
    make_secret(owner=make_person(), next_rotation_on=date(2026, 8, 5))
    clients, ready, answers = [Client(), Client()], threading.Barrier(2), []
    for client in clients:
        client.force_login(user)
    sent = ASK | {"digest": preview(clients[0]).digest}

    def press(client: Client) -> None:
        try:
            ready.wait()
            answers.append(client.post(PAGE, sent).status_code)
        finally:
            connection.close()

    people = [threading.Thread(target=press, args=(client,)) for client in clients]
    for person in people:
        person.start()
    for person in people:
        person.join(timeout=60)

    assert (sorted(answers), Rotation.objects.count()) == ([200, 302], 1)
