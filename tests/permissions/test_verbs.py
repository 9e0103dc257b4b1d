"""Every function of every policies.py, tried for every role on what is theirs and on what is somebody else's."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.module_loading import import_module

from audit.acts import acting
from audit.models import ChangeSet, User
from contacts.models import Person
from contacts.policies import may_see_people
from inventory.models import Secret
from inventory.policies import may_see
from rotations.models import CalendarFeed, Rotation
from rotations.policies import may_see_rotations
from tests.factories import make_person, make_rotation, make_secret, make_service, make_user
from tests.permissions.tables import ROLES, table

APPS = ("audit", "contacts", "inventory", "rotations", "documents")
ROWS = table("Verbs")


@dataclass
class Things:
    """What one person answers for."""

    person: Person
    secrets: list[Secret]
    rotation: Rotation
    feed: CalendarFeed
    change_set: ChangeSet


def things_of(person: Person, prefix: str) -> Things:
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        feed = CalendarFeed.objects.create(account=person.account, key_prefix=prefix, key_hash="0" * 64)
    secrets = [make_secret(owner=person), make_secret(backup_owner=person)]
    with acting(actor=person.account, source=ChangeSet.Source.WEB, reason="Made for a test"):
        make_service(code=f"by-{person.pk}")
    change_set = ChangeSet.objects.latest("pk")
    return Things(person, secrets, make_rotation(owner=person), feed, change_set)


def person_with(*roles: str) -> Person:
    person = make_person()
    make_user(roles=roles, person=person)
    return person


# What each function is asked about, beside the account: every case of it.
SUBJECTS: dict[str, Callable[[Things], list[tuple[Any, ...]]]] = {
    "audit.may_review": lambda things: [(things.change_set,)],
    "audit.may_object": lambda things: [(things.change_set,)],
    "audit.may_answer": lambda things: [(things.change_set,)],
    "audit.may_take_back": lambda things: [(things.change_set,)],
    "contacts.may_edit_person": lambda things: [(things.person,)],
    "inventory.may_see": lambda things: [(secret,) for secret in things.secrets],
    "inventory.may_edit": lambda things: [(secret,) for secret in things.secrets],
    "inventory.may_hand_over": lambda things: [(secret,) for secret in things.secrets],
    "inventory.may_mark_compromised": lambda things: [(secret,) for secret in things.secrets],
    "rotations.may_record": lambda things: [(secret,) for secret in things.secrets],
    "rotations.may_record, in a rotation they lead": lambda things: [(make_secret(), things.rotation)],
    "rotations.may_edit_rotation": lambda things: [(things.rotation,)],
    "rotations.may_take_part": lambda things: [(things.rotation,), (make_rotation(secrets=(things.secrets[0],)),)],
    "rotations.may_acknowledge": lambda things: [(things.person,)],
    "rotations.may_change_feed": lambda things: [(things.feed,)],
    "rotations.may_revoke_feed": lambda things: [(things.feed,)],
}


def answers(function: str, account: Any, things: Things) -> set[bool]:
    """Return what the policy says of `things`."""
    app, name = function.partition(",")[0].split(".")
    may = getattr(import_module(f"{app}.policies"), name)
    if function == "inventory.may_add":
        return {may(account, owner=things.person)}
    subjects = SUBJECTS.get(function, lambda things: [()])(things)
    return {may(account, *subject) for subject in subjects}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_every_policy_says_what_the_table_says(role: str) -> None:
    person = person_with(*([] if role == "no role" else [role]))
    theirs, others = things_of(person, "theirs"), things_of(person_with("owner"), "others")
    account = User.objects.get(pk=person.account.pk)

    said = {
        row["Function"]: (answers(row["Function"], account, theirs), answers(row["Function"], account, others))
        for row in ROWS
    }

    words = {"yes": ({True}, {True}), "theirs": ({True}, {False}), "no": ({False}, {False})}
    words["others'"] = ({False}, {True})
    assert said == {row["Function"]: words[row[role]] for row in ROWS}


@pytest.mark.django_db
def test_nobody_may_anything_when_signed_out_or_deactivated() -> None:
    person = person_with("security", "owner", "auditor")
    things = things_of(person, "theirs")
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Left"):
        User.objects.filter(pk=person.account.pk).update(is_active=False)
    inactive = User.objects.get(pk=person.account.pk)

    functions = [row["Function"] for row in ROWS]
    assert {name for name in functions if answers(name, AnonymousUser(), things) != {False}} == set()
    # This one is asked of who is signed in, which they are not.
    functions.remove("audit.may_keep_preferences")
    assert {name for name in functions if answers(name, inactive, things) != {False}} == set()


@pytest.mark.django_db
def test_a_person_who_left_answers_for_nothing() -> None:
    person = person_with("owner")
    things = things_of(person, "theirs")
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Left"):
        Person.objects.filter(pk=person.pk).update(is_active=False)
    account = User.objects.get(pk=person.account.pk)

    theirs = [row["Function"] for row in ROWS if row["owner"] == "theirs"]
    of_the_account = {"audit.may_answer", "audit.may_take_back"}
    feeds = {"rotations.may_change_feed", "rotations.may_revoke_feed"}
    expected = {"contacts.may_edit_person"} | feeds | of_the_account
    assert {name: answers(name, account, things) for name in theirs} == {name: {name in expected} for name in theirs}


def test_every_policy_has_a_row() -> None:
    policies = {
        f"{app}.{name}"
        for app in APPS
        for name, function in vars(import_module(f"{app}.policies")).items()
        if name.startswith("may_") and inspect.isfunction(function) and function.__module__ == f"{app}.policies"
    }

    assert {row["Function"].partition(",")[0] for row in ROWS} == policies


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_lists_hold_what_the_policies_let_somebody_see(role: str) -> None:
    person = person_with(*([] if role == "no role" else [role]))
    things_of(person, "theirs")
    things_of(person_with("owner"), "others")
    account = User.objects.get(pk=person.account.pk)
    sees, rotations = account.roles != frozenset(), set(Rotation.objects.all())

    assert set(Secret.objects.visible_to(account)) == {row for row in Secret.objects.all() if may_see(account, row)}
    assert set(Rotation.objects.visible_to(account)) == (rotations if may_see_rotations(account) else set())
    assert set(Person.objects.visible_to(account)) == set(Person.objects.all() if may_see_people(account) else ())
    assert set(ChangeSet.objects.visible_to(account)) == set(ChangeSet.objects.all() if sees else ())
    assert [feed.account for feed in CalendarFeed.objects.visible_to(account)] == ([account] if sees else [])
