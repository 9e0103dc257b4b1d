"""What moves the dates of secrets when no rotation was recorded."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from audit.acts import acting
from audit.models import ChangeSet, User
from inventory.models import Secret, SecretType
from tests.factories import make_secret, make_type

NEW_YEAR = date(2026, 1, 1)


@pytest.fixture
def secrets(db: None) -> None:
    """Three of one type: one plain, one with an interval of its own, one with a date that was given."""
    kind = make_type(name="API Keys", rotation_interval_days=90)
    make_secret(name="prod/stripe/plain", type=kind, last_rotated_on=NEW_YEAR)
    make_secret(
        name="prod/stripe/own", type=kind, last_rotated_on=NEW_YEAR, rotation_interval_days=7, interval_reason="Shared"
    )
    make_secret(name="prod/stripe/given", type=kind, last_rotated_on=NEW_YEAR, next_rotation_on=date(2027, 5, 5))
    make_secret(name="prod/stripe/other", type=make_type(name="Passwords"), last_rotated_on=NEW_YEAR)


@pytest.fixture
def by_security(secrets: None, security: User) -> Iterator[User]:
    with acting(actor=security, source=ChangeSet.Source.WEB, reason="As agreed"):
        yield security


def next_dates() -> dict[str, str]:
    return {secret.credential_type: str(secret.next_rotation_on) for secret in Secret.objects.all()}


def with_save(kind: SecretType) -> None:
    kind.rotation_interval_days = 30
    kind.save()


def with_bulk_update(kind: SecretType) -> None:
    kind.rotation_interval_days = 30
    SecretType.objects.bulk_update([kind], ["rotation_interval_days"])


@pytest.mark.parametrize(
    "change",
    [with_save, with_bulk_update, lambda kind: SecretType.objects.filter(pk=kind.pk).update(rotation_interval_days=30)],
)
def test_the_interval_of_a_type_moves_its_secrets_at_once(by_security: User, change: Any) -> None:
    change(SecretType.objects.get(name="API Keys"))

    assert next_dates() == {"plain": "2026-01-31", "own": "2026-01-08", "given": "2027-05-05", "other": "2026-04-01"}


def test_the_interval_and_the_dates_it_moves_are_one_change_set(by_security: User) -> None:
    SecretType.objects.filter(name="API Keys").update(rotation_interval_days=30)

    rows = ChangeSet.objects.latest("pk").rows.order_by("pk")
    assert [(row.object_text, row.fields[0]["before"], row.fields[0]["after"]) for row in rows] == [
        ("API Keys", "90", "30"),
        ("prod/stripe/plain", "2026-04-01", "2026-01-31"),
    ]


def test_an_interval_taken_away_leaves_no_next_date(by_security: User) -> None:
    SecretType.objects.filter(name="API Keys").update(rotation_interval_days=None)

    assert next_dates()["plain"] == "None"


def test_a_type_changed_otherwise_moves_nothing(by_security: User) -> None:
    SecretType.objects.filter(name="API Keys").update(provider="Stripe")

    assert ChangeSet.objects.latest("pk").rows.count() == 1


def test_an_interval_that_does_not_change_moves_nothing(by_security: User) -> None:
    before = ChangeSet.objects.count()

    SecretType.objects.filter(name="API Keys").update(rotation_interval_days=90)

    assert ChangeSet.objects.count() == before


def test_an_interval_rolled_back_takes_the_dates_along(by_security: User) -> None:
    kind = SecretType.objects.get(name="API Keys")

    kind.rotation_interval_days, kind.provider = 30, "password: hunter2-Kx81!quetzal"
    with pytest.raises(Exception, match="looks like"):
        kind.save()

    assert next_dates()["plain"] == "2026-04-01"


def test_another_type_moves_the_secret(by_security: User) -> None:
    secret = Secret.objects.get(credential_type="plain")

    secret.type = make_type(name="Certificates", rotation_interval_days=365)
    secret.save(update_fields=["type"])

    secret.refresh_from_db()
    assert secret.next_rotation_on == date(2027, 1, 1)


def test_an_interval_of_its_own_moves_the_secret(by_security: User) -> None:
    secret = Secret.objects.get(credential_type="plain")

    secret.rotation_interval_days, secret.interval_reason = 10, "Shared"
    secret.save()

    assert next_dates()["plain"] == "2026-01-11"


def test_a_given_date_without_its_reason_is_worked_out_again(by_security: User) -> None:
    secret = Secret.objects.get(credential_type="given")

    secret.next_rotation_reason = ""
    secret.save()

    assert next_dates()["given"] == "2026-04-01"
