"""Security may say that a text which only resembles a value is none; nobody else may, and known formats never pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.acts import acting, allow_values
from audit.allowance import MARK, fields_told
from audit.models import ChangeSet, User
from inventory.models import Secret
from tests.audit.test_guard import KNOWN, join
from tests.factories import make_consumer, make_secret, make_user

RESEMBLING = join("queue token: ", "q8Zt4mWx", "2LbN7cRv")
CERTAIN = KNOWN["github-token"]
WHY = "It is the name of a queue."
FIELD = "inventory.secret.purpose"


def save(secret: Secret, text: str) -> None:
    secret.purpose = text
    secret.save()


def save_named(secret: Secret, text: str) -> None:
    secret.purpose = text
    secret.save(update_fields=["purpose"])


def update(secret: Secret, text: str) -> None:
    Secret.objects.filter(pk=secret.pk).update(purpose=text)


def bulk_update(secret: Secret, text: str) -> None:
    secret.purpose = text
    Secret.objects.bulk_update([secret], ["purpose"])


def bulk_create(secret: Secret, text: str) -> None:
    fields = {"environment": secret.environment, "service": secret.service, "type": secret.type}
    Secret.objects.bulk_create([Secret(**fields, credential_type="another", purpose=text)])


def clean_and_save(secret: Secret, text: str) -> None:
    secret.purpose = text
    secret.full_clean()
    secret.save()


DOORS = pytest.mark.parametrize("door", [save, save_named, update, bulk_update, bulk_create, clean_and_save])
Door = Callable[[Secret, str], None]


def attempt_in(secret: Secret, text: str, *others: Any) -> None:
    allow_values(WHY)
    save(secret, text)
    for other in others:
        other.save()


def written() -> set[str]:
    return set(Secret.objects.values_list("purpose", flat=True)) - {""}


def attempt(actor: User, door: Door, secret: Secret, text: str, fields: tuple[str, ...] = ()) -> None:
    with acting(actor=actor, source=ChangeSet.Source.COMMAND, reason="To try it"):
        allow_values(WHY, fields)
        door(secret, text)


@DOORS
def test_security_lets_a_text_stay_that_is_no_value(security: User, door: Door) -> None:
    attempt(security, door, make_secret(), RESEMBLING)

    entry = ChangeSet.objects.latest("pk")
    assert written() == {RESEMBLING}
    assert entry.reason == f"To try it. {MARK}{FIELD}: {WHY}"
    assert fields_told(entry.reason) == {FIELD}


@DOORS
def test_a_known_format_passes_at_no_door(security: User, door: Door) -> None:
    secret = make_secret()

    with pytest.raises(ValidationError):
        attempt(security, door, secret, CERTAIN, (FIELD,))

    assert written() == set()


@DOORS
def test_without_a_word_of_security_the_text_is_refused(security: User, door: Door) -> None:
    secret = make_secret()

    with (
        pytest.raises(ValidationError),
        acting(actor=security, source=ChangeSet.Source.COMMAND, reason="To try it"),
    ):
        door(secret, RESEMBLING)

    assert written() == set()


@DOORS
@pytest.mark.parametrize("roles", [(), ("owner",), ("auditor",), ("owner", "auditor")])
def test_nobody_else_may_say_so(db: None, door: Door, roles: tuple[str, ...]) -> None:
    secret, account = make_secret(), make_user(roles=roles)

    with pytest.raises(PermissionDenied):
        attempt(account, door, secret, RESEMBLING)

    assert written() == set()


def test_the_system_may_not_say_so(db: None) -> None:
    with (
        pytest.raises(PermissionDenied),
        acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="To try it"),
    ):
        allow_values(WHY)


@pytest.mark.parametrize("why", ["", "  ", RESEMBLING, CERTAIN])
def test_the_reason_why_is_needed_and_holds_no_value(security: User, why: str) -> None:
    with (
        pytest.raises(ValidationError),
        acting(actor=security, source=ChangeSet.Source.COMMAND, reason="To try it"),
    ):
        allow_values(why)


@pytest.mark.parametrize("reason", [RESEMBLING, f"Typed by hand. {MARK}{FIELD}: because"])
def test_a_reason_holds_no_value_and_tells_of_no_allowance(security: User, reason: str) -> None:
    secret = make_secret()

    with (
        pytest.raises(ValidationError),
        acting(actor=security, source=ChangeSet.Source.COMMAND, reason=reason),
    ):
        attempt_in(secret, "Charges cards")

    assert written() == set()


def test_only_the_fields_that_are_named_are_let_through(security: User) -> None:
    secret = make_secret()

    with pytest.raises(ValidationError) as error:
        attempt(security, save, secret, RESEMBLING, ("inventory.secret.opens",))

    assert list(error.value.message_dict) == ["purpose"]


def test_what_the_entry_does_not_tell_of_is_not_let_through(security: User) -> None:
    one = make_secret()
    other = make_consumer(secret=one)
    other.name = RESEMBLING

    with (
        pytest.raises(ValidationError) as error,
        acting(actor=security, source=ChangeSet.Source.COMMAND, reason="To try it"),
    ):
        attempt_in(one, RESEMBLING, other)

    assert list(error.value.message_dict) == ["name"]


def test_an_entry_without_such_a_text_tells_of_none(security: User) -> None:
    attempt(security, save, make_secret(), "Charges cards")

    assert ChangeSet.objects.latest("pk").reason == "To try it"


@pytest.mark.parametrize("door", [save, save_named, update, bulk_update, clean_and_save])
@pytest.mark.parametrize("text", [RESEMBLING, CERTAIN])
def test_whoever_changes_something_else_is_not_stopped_by_an_old_text(
    security: User, monkeypatch: pytest.MonkeyPatch, door: Door, text: str
) -> None:
    secret = make_secret()
    with monkeypatch.context() as before_the_rule:
        before_the_rule.setattr("audit.tracked.check_text", lambda text: None)
        attempt(security, save, secret, text)

    with acting(actor=make_user(roles=("owner",)), source=ChangeSet.Source.COMMAND, reason="Another field"):
        secret.opens = "Ask first"
        door(secret, text)

    assert written() == {text}
