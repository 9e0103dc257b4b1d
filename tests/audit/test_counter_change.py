"""The exact counter-change: what goes back, what does not and why; never past a rule, a right or a rotation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audit import reviewing
from audit.acts import acting
from audit.counter_change import MOST_ROWS, CounterChange, counter_change, take_back
from audit.models import ChangeSet, RoleGrant, User, WaitingReview
from audit.review_states import states
from contacts.models import Absence, Person, Team
from inventory.models import Secret
from rotations.recording import record_rotation
from tests.factories import TODAY, make_person, make_secret, make_team, make_type, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 7, 14, 12))


@pytest.fixture
def second(db: None) -> User:
    return make_user(username="sina", first_name="Sina", last_name="Second", roles=("security",))


def change(by: User, act: Callable[[], Any], reason: str = "It was meant well") -> ChangeSet:
    with acting(actor=by, source=ChangeSet.Source.WEB, reason=reason):
        act()
    return ChangeSet.objects.latest("pk")


def update(row: Any, **values: Any) -> Callable[[], Any]:
    return lambda: type(row).objects.filter(pk=row.pk).update(**values)


def undone(change_set: ChangeSet, by: User, objector: User) -> ChangeSet:
    reviewing.object_to(change_set, by=objector, comment="Nobody asked", at=NOW)
    with acting(actor=by, source=ChangeSet.Source.WEB, reason=""):
        return take_back(change_set, by=by, at=NOW)


def said(found: CounterChange) -> list[Any]:
    fields = [(row.row.object_text, item.label, item.now, item.back) for row in found.rows for item in row.fields]
    return fields + [(row.row.object_text, words) for row in found.rows for words in row.refused]


def test_every_field_that_still_is_as_the_change_left_it_goes_back(
    owner: Person, backup_owner: Person, security: User, second: User
) -> None:
    secret = make_secret(name="prod/a/b", owner=owner, purpose="Payments")
    made = change(security, update(secret, owner=backup_owner, purpose="Payouts", opens="Charges"))

    found = counter_change(made, by=security)
    undone(made, security, second)

    assert said(found) == [
        ("prod/a/b", "Owner", "Ben Backup", "Olga Owner"),
        ("prod/a/b", "Purpose", "Payouts", "Payments"),
        ("prod/a/b", "What it opens", "Charges", ""),
    ]
    stored = Secret.objects.get()
    assert (stored.owner, stored.purpose, stored.opens) == (owner, "Payments", "")


def test_the_counter_change_is_an_ordinary_change_that_says_why_and_waits_for_review(
    security: User, second: User
) -> None:
    made = change(security, update(make_team(name="Ops"), name="Operations"))

    counter = undone(made, security, second)

    assert counter.reason == f"Takes back entry {made.pk} after an objection by Sina Second: Nobody asked"
    assert (counter.actor, counter.rows.count(), WaitingReview.objects.get(pk=counter.pk).state) == (security, 1, "new")
    found = states([made])[made.pk]
    assert (found.words, found.waiting) == ("Taken back by Sam Security", None)


def test_what_was_changed_again_since_is_named_and_stays(security: User, second: User) -> None:
    secret = make_secret(name="prod/a/b", purpose="Payments")
    made = change(security, update(secret, purpose="Payouts", opens="Charges"))
    change(second, update(secret, opens="All charges"))

    found = counter_change(made, by=security)
    undone(made, security, second)

    assert said(found) == [
        ("prod/a/b", "Purpose", "Payouts", "Payments"),
        ("prod/a/b", "What it opens was changed again since."),
    ]
    assert (Secret.objects.get().purpose, Secret.objects.get().opens) == ("Payments", "All charges")


def test_what_is_back_already_needs_nothing(security: User) -> None:
    team = make_team(name="Ops")
    made = change(security, update(team, name="Operations"))
    change(security, update(team, name="Ops"))

    found = counter_change(made, by=security)

    assert (said(found), found.is_possible) == ([], False)


def test_a_row_changed_twice_in_one_entry_goes_back_to_before_the_first(security: User) -> None:
    team = make_team(name="One")

    def twice() -> None:
        for name in ("Two", "Three"):
            team.name = name
            team.save()

    found = counter_change(change(security, twice), by=security)

    assert said(found) == [("Two", "Name", "Three", "One")]


def test_what_was_added_is_retired_or_deactivated_never_removed(security: User, second: User) -> None:
    def add() -> None:
        make_secret(name="dev/a/b", environment_id="dev")
        make_person(name="Pia")
        make_team(name="Ops")

    make_secret(name="dev/a/x")
    make_secret(name="dev/a/y")
    made = change(security, add)

    found = counter_change(made, by=security)
    undone(made, security, second)

    assert said(found) == [
        ("dev/a/b", "Status", "Active", "Retired"),
        ("Pia", "Active", "Yes", "No"),
        ("Ops", "It was added, and what was added is not removed here. Remove it by hand."),
    ]
    assert (Secret.objects.get(credential_type="b").status, Person.objects.get(name="Pia").is_active) == (
        "retired",
        False,
    )


def test_what_was_removed_is_added_again_by_hand(security: User) -> None:
    absence = make_absence()

    found = counter_change(change(security, absence.delete), by=security)

    assert ([row.refused for row in found.rows], found.is_possible) == (
        [["It was removed. Add it again by hand."]],
        False,
    )


def make_absence() -> Absence:
    with acting(actor=None, source="system", reason="Made for a test"):
        return Absence.objects.create(person=make_person(), first_on=TODAY, last_on=TODAY)


def test_what_is_gone_since_is_named(security: User) -> None:
    team = make_team(name="Ops")
    made = change(security, update(team, name="Operations"))
    change(security, Team.objects.get(pk=team.pk).delete)

    assert said(counter_change(made, by=security)) == [("Operations", "It is gone.")]


def test_a_role_that_was_given_is_taken_by_hand(security: User) -> None:
    account = make_user(username="uma")
    made = change(security, lambda: RoleGrant.objects.create(user=account, role="owner"))

    assert said(counter_change(made, by=security)) == [
        ("uma: Owner", "It was added, and what was added is not removed here. Remove it by hand.")
    ]


def test_a_recorded_rotation_is_never_turned_back_here(owner: Person, security: User, second: User) -> None:
    secret = make_secret(owner=owner, next_rotation_on=TODAY, next_rotation_reason="Given")
    made = change(security, lambda: record_rotation(secrets=[secret], on=TODAY, by=security, today=TODAY))
    reviewing.object_to(made, by=second, comment="It was not rotated", at=NOW)

    found = counter_change(made, by=security)
    with pytest.raises(ValidationError, match="Nothing of it can be taken back here"):
        undone(made, security, second)

    words = {words for row in found.rows for words in row.refused}
    assert "What was recorded of a rotation is taken back on the page of the rotation, not here." in words
    assert (found.is_possible, Secret.objects.get().last_rotated_on) == (False, TODAY)


def test_dates_follow_an_interval_that_goes_back(security: User, second: User) -> None:
    kind = make_type(rotation_interval_days=90)
    secret = make_secret(type=kind, last_rotated_on=TODAY)
    made = change(security, update(kind, rotation_interval_days=365))

    found = counter_change(made, by=security)
    undone(made, security, second)

    assert said(found) == [("API Keys", "Rotation interval (days)", "365", "90")]
    assert Secret.objects.get(pk=secret.pk).next_rotation_on == TODAY + timedelta(days=90)


def test_a_date_that_was_given_goes_back_with_its_reason(security: User, second: User) -> None:
    secret = make_secret(last_rotated_on=TODAY)
    moved = {"next_rotation_on": TODAY + timedelta(days=300), "next_rotation_reason": "They asked for it"}
    made = change(security, update(secret, **moved))

    undone(made, security, second)

    stored = Secret.objects.get()
    assert (stored.next_rotation_on, stored.next_rotation_reason) == (TODAY + timedelta(days=90), "")


def test_an_owner_who_left_since_does_not_come_back(owner: Person, backup_owner: Person, security: User) -> None:
    secret = make_secret(name="prod/a/b", owner=owner)
    made = change(security, update(secret, owner=backup_owner))
    change(security, update(owner, is_active=False))

    assert said(counter_change(made, by=security)) == [("prod/a/b", "Owner: Olga Owner is no longer active.")]


def test_a_rule_of_the_model_is_told_and_nothing_is_written(
    owner: Person, backup_owner: Person, security: User, second: User
) -> None:
    secret = make_secret(name="prod/a/b", owner=owner)
    made = change(security, update(secret, owner=None))
    change(security, update(secret, backup_owner=owner))
    entries = ChangeSet.objects.count()

    with pytest.raises(ValidationError, match="prod/a/b: Owner and backup owner must be two different people"):
        undone(made, security, second)

    assert (Secret.objects.get().owner, ChangeSet.objects.count()) == (None, entries)
    assert states([made])[made.pk].is_objected


def test_an_owner_takes_back_what_is_theirs_and_only_that(owner: Person, colleague: Person, security: User) -> None:
    own, gone = make_secret(name="prod/a/own", owner=owner), make_secret(name="prod/a/gone", owner=owner)

    def both() -> None:
        Secret.objects.filter(pk__in=[own.pk, gone.pk]).update(purpose="Payments")

    made = change(owner.account, both)
    change(security, update(gone, owner=colleague))
    author = User.objects.get(pk=owner.account.pk)

    found = counter_change(made, by=author)
    undone(made, author, security)

    assert said(found) == [
        ("prod/a/own", "Purpose", "Payments", ""),
        ("prod/a/gone", "It is not yours to change here."),
    ]
    assert list(Secret.objects.order_by("pk").values_list("purpose", flat=True)) == ["", "Payments"]


def test_nobody_else_takes_it_back(owner: Person, colleague: Person, auditor: User, security: User) -> None:
    made = change(owner.account, update(make_secret(owner=owner), purpose="Payments"))

    for other in (colleague.account, auditor):
        with pytest.raises(PermissionDenied):
            undone(made, User.objects.get(pk=other.pk), security)


def test_it_is_taken_back_once(security: User, second: User) -> None:
    made = change(security, update(make_team(name="Ops"), name="Operations"))
    undone(made, security, second)

    with (
        pytest.raises(ValidationError, match="No objection to this change is open any more"),
        acting(actor=security, source="web", reason=""),
    ):
        take_back(made, by=security, at=NOW)


def test_a_very_large_entry_is_taken_back_by_hand(security: User) -> None:
    teams = [make_team() for _ in range(MOST_ROWS + 1)]
    lead = make_person()
    made = change(security, lambda: Team.objects.filter(pk__in=[team.pk for team in teams]).update(lead=lead))

    found = counter_change(made, by=security)

    assert (found.is_possible, found.refused) == (
        False,
        "It changed more than 100 rows: take back by hand what was wrong.",
    )


@pytest.mark.parametrize("number", [1, 3, 20])
def test_looking_at_it_costs_the_same_however_many_rows(
    owner: Person, backup_owner: Person, security: User, django_assert_num_queries: Any, number: int
) -> None:
    for _ in range(number):
        make_secret(owner=owner)
    made = change(security, lambda: Secret.objects.update(owner=backup_owner))

    with django_assert_num_queries(7):
        counter_change(made, by=User.objects.get(pk=security.pk))
