"""Rows chosen by the database stand as dates alone say they do."""

from datetime import timedelta
from itertools import product

import pytest

from audit.acts import acting
from audit.models import ChangeSet
from inventory.models import Secret
from inventory.policy import Standing
from tests.factories import TODAY, make_environment, make_person, make_secret, make_service, make_team, make_type

OFFSETS = [None, -366, -1, 0, 1, 29, 30, 31, 366]
WAIVERS = [None, -1, 0, 1]


def days_on(days: int | None) -> object:
    return None if days is None else TODAY + timedelta(days=days)


@pytest.fixture
def secrets_of_every_kind(db: None) -> None:
    shared = {"environment": make_environment(), "service": make_service(), "type": make_type()}
    kinds = product(OFFSETS, WAIVERS, Secret.Status.values)
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        Secret.objects.bulk_create(
            Secret(
                credential_type=f"key_{number}",
                next_rotation_on=days_on(due),
                next_rotation_reason="Set for a test",
                waived_until=days_on(waived),
                waived_reason="Approved for a test",
                status=status,
                **shared,
            )
            for number, (due, waived, status) in enumerate(kinds)
        )


def test_the_database_and_the_dates_agree_on_every_standing(secrets_of_every_kind: None) -> None:
    chosen = {secret.pk: standing for standing in Standing for secret in Secret.objects.with_standing(standing, TODAY)}

    assert chosen == {secret.pk: secret.standing(TODAY) for secret in Secret.objects.in_use()}


def test_every_secret_in_use_stands_in_one_way_only(secrets_of_every_kind: None) -> None:
    counts = [Secret.objects.with_standing(standing, TODAY).count() for standing in Standing]

    assert sum(counts) == Secret.objects.in_use().count()
    assert all(counts)


def test_a_word_that_is_no_standing_is_refused(db: None) -> None:
    with pytest.raises(ValueError, match="late"):
        Secret.objects.with_standing("late", TODAY)


def test_secrets_without_an_owner_are_those_that_need_one(db: None) -> None:
    gone = make_person(is_active=False)
    for owner, status in product([None, gone, make_person()], Secret.Status.values):
        make_secret(owner=owner, status=status)

    chosen = set(Secret.objects.without_owner().values_list("pk", flat=True))

    assert chosen == {secret.pk for secret in Secret.objects.all() if secret.needs_owner}


def test_secrets_without_a_backup_owner_are_those_nobody_would_take_over(db: None) -> None:
    gone, here = make_person(is_active=False), make_person()
    bare, left = make_secret(), make_secret(backup_owner=gone)
    make_secret(backup_owner=here)
    make_secret(status="retired")

    assert list(Secret.objects.without_backup_owner().order_by("pk")) == [bare, left]


def test_a_team_has_its_own_secrets_and_those_of_its_types(db: None) -> None:
    web, ops = make_team(name="Web"), make_team(name="Ops")
    keys = make_type(name="Keys", responsible_team=web)
    own = make_secret(team=web)
    through_type = make_secret(type=keys)
    make_secret(type=keys, team=ops)
    make_secret(type=None)

    chosen = list(Secret.objects.of_team(web).order_by("pk"))

    assert chosen == [own, through_type]
    assert [secret for secret in Secret.objects.order_by("pk") if secret.effective_team == web] == chosen


def test_a_person_answers_for_what_they_own_or_back_up(db: None) -> None:
    wen = make_person()
    owned, backed = make_secret(owner=wen), make_secret(backup_owner=wen)
    make_secret(owner=make_person())

    assert list(Secret.objects.answered_for_by(wen).order_by("pk")) == [owned, backed]
    assert list(Secret.objects.owned_by(wen)) == [owned]


def test_the_most_urgent_secrets_come_first(db: None) -> None:
    later = make_secret(next_rotation_on=TODAY + timedelta(days=5))
    sooner = make_secret(next_rotation_on=TODAY)
    undated = make_secret()

    assert list(Secret.objects.most_urgent_first()) == [undated, sooner, later]
