"""Each change is told in one sentence: who did what to which row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from audit.acts import acting
from audit.changes import Wanted, entries
from audit.entry_rows import LARGE, ROWS_SHOWN
from audit.headlines import phrase_of
from audit.models import ChangeRow, ChangeSet, User
from contacts.models import Person
from inventory.models import Secret
from rotations.models import Rotation
from rotations.recording import record_rotation, undo
from tests.factories import TODAY, make_secret, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client, auditor: User):
    client.force_login(auditor)
    return lambda address: client.get(address).content.decode()


def _told(change_set: ChangeSet) -> str:
    """Return the sentence of an entry, its object as it is named."""
    told = entries([change_set])[0].headline
    what = told.row.object_text if told.row else told.several
    others = f"and {told.others} more" if told.others else ""
    return " ".join(filter(None, [told.phrase.verb, what, told.phrase.tail, others]))


def _latest() -> ChangeSet:
    return ChangeSet.objects.latest("pk")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"purpose": "Takes payments"}, "changed the purpose of prod/stripe/key"),
        ({"status": "compromised"}, "marked prod/stripe/key compromised"),
        ({"status": "retired"}, "retired prod/stripe/key"),
        ({"purpose": "Takes payments", "opens": "Charges"}, "changed prod/stripe/key"),
        (
            {"next_rotation_on": TODAY, "next_rotation_reason": "Asked for"},
            "moved the next rotation of prod/stripe/key",
        ),
    ],
)
def test_an_entry_says_what_was_done_to_a_secret(security: User, changes: dict, sentence: str):
    secret = make_secret(name="prod/stripe/key")
    with acting(actor=security, source="web", reason="To try it"):
        Secret.objects.filter(pk=secret.pk).update(**changes)

    assert _told(_latest()) == sentence


def test_a_rotation_is_told_as_one_act_and_names_where_it_belongs(owner: Person, page):
    secret = make_secret(name="prod/stripe/key", owner=owner)
    with acting(actor=owner.account, source="web", reason=""):
        record_rotation(secrets=[secret], on=TODAY, by=owner.account, today=TODAY)

    assert _told(_latest()) == "rotated prod/stripe/key"
    shown = page("/changes/")
    assert "<strong>olga</strong> rotated" in shown
    assert f'in <a href="/rotations/{Rotation.objects.get().pk}/">' in shown


@pytest.mark.parametrize("before", [None, TODAY - timedelta(days=90)])
def test_taking_back_a_rotation_is_told_as_such(owner: Person, before: date | None):
    secret = make_secret(name="prod/stripe/key", owner=owner, last_rotated_on=before)
    with acting(actor=owner.account, source="web", reason=""):
        item = record_rotation(secrets=[secret], on=TODAY, by=owner.account, today=TODAY).items[0]
    with acting(actor=owner.account, source="web", reason=""):
        undo(items=[item], by=owner.account, reason="It was another one")

    assert _told(_latest()) == "took back the rotation of prod/stripe/key"


def test_an_entry_of_several_secrets_says_how_many(security: User, owner: Person):
    keys = [make_secret().pk for _ in range(3)]
    with acting(actor=security, source="web", reason="She takes them"):
        Secret.objects.filter(pk__in=keys).update(owner=owner)

    assert _told(_latest()) == "changed the owner of 3 secrets"


def test_what_more_rows_than_are_shown_have_in_common_is_said_of_all_of_them(security: User, owner: Person):
    keys = [make_secret().pk for _ in range(ROWS_SHOWN + 1)]
    with acting(actor=security, source="web", reason="She takes them"):
        Secret.objects.filter(pk__in=keys).update(owner=owner)

    assert _told(_latest()) == f"changed {ROWS_SHOWN + 1} secrets"
    assert entries([_latest()])[0].hidden == 1


def test_an_entry_is_about_the_secret_and_not_what_came_along(security: User):
    with acting(actor=security, source="import", reason="The document"):
        make_team(name="DevOps")
        make_secret(name="prod/stripe/key")

    assert _told(_latest()) == "added prod/stripe/key and 4 more"


def test_leaving_is_told_as_deactivating(security: User, owner: Person):
    with acting(actor=security, source="web", reason="Left"):
        owner.is_active = False
        owner.save()

    assert _told(_latest()) == "deactivated Olga Owner"


def test_a_field_keeps_a_capital_that_is_a_name(owner: Person, security: User):
    with acting(actor=security, source="web", reason="New handle"):
        owner.slack_handle = "olga.owner"
        owner.save()

    assert phrase_of(ChangeRow.objects.latest("pk")).verb == "changed the Slack handle of"


def _large() -> ChangeSet:
    """Return an entry of more rows than are numbered: many people, and one secret in their midst."""
    change_set = ChangeSet.objects.create(source="system", reason="A large import")
    rows = [("contacts.person", f"Person {number}") for number in range(LARGE)]
    rows.insert(LARGE // 2, ("inventory.secret", "prod/stripe/key"))
    ChangeRow.objects.bulk_create(
        ChangeRow(
            change_set=change_set,
            model=model,
            object_id=str(number),
            object_text=text,
            history_id=number,
            change_type="+",
        )
        for number, (model, text) in enumerate(rows)
    )
    return change_set


def test_a_very_large_entry_is_told_like_a_small_one(django_assert_num_queries):
    large = _large()

    with django_assert_num_queries(2):
        told = entries([large])[0]

    assert [row.object_text for row in told.rows] == ["prod/stripe/key", *(f"Person {number}" for number in range(4))]
    assert _told(large) == f"added prod/stripe/key and {LARGE} more"


def test_of_a_very_large_entry_the_row_that_is_looked_for_stands_first():
    large = _large()

    told = entries([large], wanted=Wanted(model="contacts.person", object_id="150"))[0]

    assert [row.object_text for row in told.rows[:2]] == ["Person 149", "prod/stripe/key"]
    assert entries([large], wanted=Wanted(model="contacts.person"))[0].headline.several == f"{LARGE} people"
