"""Handing secrets over: one or many, all or none, with a reason."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from audit.acts import NoActError, acting
from audit.models import ChangeSet, User
from contacts.models import Person
from inventory.models import Secret
from inventory.ownership import hand_over, what_they_own
from tests.factories import make_person, make_secret


@pytest.fixture
def within_an_act(security: User) -> Iterator[None]:
    with acting(actor=security, source=ChangeSet.Source.WEB, reason=""):
        yield


def people_of(secret: Secret) -> tuple[Person | None, Person | None]:
    found = Secret.objects.get(pk=secret.pk)
    return found.owner, found.backup_owner


def test_secrets_get_another_owner_in_one_change_set(within_an_act: None, security: User, owner: Person) -> None:
    secrets = [make_secret(name="prod/stripe/a"), make_secret(name="prod/stripe/b")]

    changed = hand_over(secrets=secrets, by=security, reason="Wen Li left", owner=owner)

    found = ChangeSet.objects.latest("pk")
    assert changed == secrets
    assert [people_of(secret) for secret in secrets] == [(owner, None), (owner, None)]
    assert (found.reason, found.rows.count()) == ("Wen Li left", 2)


def test_what_is_not_named_stays(within_an_act: None, security: User, owner: Person, backup_owner: Person) -> None:
    secret = make_secret(owner=owner)

    hand_over(secrets=[secret], by=security, reason="Holidays", backup_owner=backup_owner)

    assert people_of(secret) == (owner, backup_owner)


def test_nobody_is_a_gap(within_an_act: None, security: User, owner: Person) -> None:
    secret = make_secret(owner=owner)

    hand_over(secrets=[secret], by=security, reason="Olga Owner left", owner=None)

    assert people_of(secret) == (None, None)


def test_owner_and_backup_owner_can_change_places(
    within_an_act: None, security: User, owner: Person, backup_owner: Person
) -> None:
    secret = make_secret(owner=owner, backup_owner=backup_owner)

    hand_over(secrets=[secret], by=security, reason="Holidays", owner=backup_owner, backup_owner=owner)

    assert people_of(secret) == (backup_owner, owner)


def test_secrets_that_have_this_owner_already_are_left_alone(
    within_an_act: None, security: User, owner: Person
) -> None:
    secret = make_secret(owner=owner)
    before = ChangeSet.objects.count()

    changed = hand_over(secrets=[secret], by=security, reason="Olga Owner again", owner=owner)

    assert (changed, ChangeSet.objects.count()) == ([], before)


def test_one_person_is_not_both(within_an_act: None, security: User, owner: Person, backup_owner: Person) -> None:
    fine, clash = make_secret(), make_secret(name="prod/stripe/b", owner=owner, backup_owner=backup_owner)

    with pytest.raises(ValidationError) as refused:
        hand_over(secrets=[fine, clash], by=security, reason="Holidays", owner=backup_owner)

    assert refused.value.message_dict == {
        "backup_owner": ["Ben Backup would be owner and backup owner of prod/stripe/b. Choose two people."]
    }
    assert people_of(fine) == (None, None)


def test_somebody_who_left_gets_nothing(within_an_act: None, security: User) -> None:
    secret, gone = make_secret(), make_person(name="Gone", is_active=False)

    with pytest.raises(ValidationError) as refused:
        hand_over(secrets=[secret], by=security, reason="Holidays", owner=gone)

    assert refused.value.message_dict == {"owner": ["Gone is no longer active. Choose somebody who is."]}
    assert people_of(secret) == (None, None)


def test_an_owner_hands_over_what_is_theirs(within_an_act: None, owner: Person, colleague: Person) -> None:
    secret = make_secret(owner=owner)

    hand_over(secrets=[secret], by=owner.account, reason="Holidays", owner=colleague)

    assert people_of(secret) == (colleague, None)


def test_an_owner_hands_over_nothing_else(within_an_act: None, owner: Person, colleague: Person) -> None:
    own, other = make_secret(owner=owner), make_secret(owner=colleague)

    with pytest.raises(PermissionDenied):
        hand_over(secrets=[own, other], by=owner.account, reason="Holidays", owner=None)

    assert (people_of(own), people_of(other)) == ((owner, None), (colleague, None))


def test_handing_over_needs_a_reason(within_an_act: None, security: User, owner: Person) -> None:
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        secret = make_secret()

    with acting(actor=security, source=ChangeSet.Source.WEB, reason="x"), pytest.raises(NoActError):
        hand_over(secrets=[secret], by=security, reason=" ", owner=owner)

    assert people_of(secret) == (None, None)


def test_the_database_knows_two_people_too(within_an_act: None, owner: Person) -> None:
    secret = make_secret(owner=owner)

    with pytest.raises(IntegrityError, match="owner and backup owner are two people"), transaction.atomic():
        Secret.objects.filter(pk=secret.pk).update(backup_owner=owner)


def test_a_person_who_owns_secrets_cannot_be_deleted(within_an_act: None, owner: Person) -> None:
    make_secret(owner=owner)

    with pytest.raises(ProtectedError):
        owner.delete()


def test_what_somebody_owns_leaves_out_what_is_retired(within_an_act: None, owner: Person) -> None:
    second, first = make_secret(name="prod/stripe/b", owner=owner), make_secret(name="prod/stripe/a", owner=owner)
    make_secret(owner=owner, status="retired")
    make_secret(backup_owner=owner)

    assert what_they_own(owner) == [first, second]
