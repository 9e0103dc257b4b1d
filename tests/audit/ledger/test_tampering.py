"""Whatever is changed behind the register's back is found with a head kept elsewhere; where nothing is, nothing is."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from audit.ledger.head import Head, head
from audit.ledger.verifying import verify
from inventory.models import Secret
from tests.audit.ledger.every_model import MODELS, a_row_of, an_act
from tests.audit.ledger.tampering import KINDS
from tests.factories import make_person, make_secret, make_user
from tests.past_the_register import past_the_register

# `make stress` asks for more.
EACH = int(os.environ.get("TAMPERINGS_OF_EACH_KIND", "3"))
CLEAN_RUNS = int(os.environ.get("CLEAN_RUNS", "5"))


@pytest.fixture
def kept(db: None) -> Head:
    """Return the head of a register in which something of every kind happened."""
    for model in MODELS:
        a_row_of(model)
    _live(random.Random(1), 12)
    end = head()
    assert end is not None
    return end


def _live(chance: random.Random, changes: int) -> None:
    """Let the register live on for some changes, each of them sealed."""
    for _ in range(changes):
        with an_act():
            secrets = list(Secret.objects.order_by("pk"))
            secret = chance.choice(secrets)
            secret.owner = chance.choice([None, make_person()])
            secret.purpose = f"Purpose {chance.random()}"
            secret.save()
            if chance.random() < 0.3:
                make_secret(purpose="Payments")
            if chance.random() < 0.3:
                make_user(roles=("owner",), email=f"{chance.random()}@example.org")
            if chance.random() < 0.2 and len(secrets) > 3:
                Secret.objects.filter(rotation_items=None).latest("pk").delete()
        connection.check_constraints()


class _TakenBackError(Exception):
    """Ends a block whose writes are not to stay."""


def _is_found(tamper: Callable[[random.Random], bool], chance: random.Random, kept: Head) -> bool | None:
    """Return whether a tampering was found; None where it changed nothing, or the tables themselves did not take it."""
    found = None
    try:
        with transaction.atomic(), past_the_register():
            if _is_taken(tamper, chance):
                found = any(finding.kind.value != "trigger" for finding in verify(expected=[kept]).findings)
            raise _TakenBackError
    except _TakenBackError:
        return found


def _is_taken(tamper: Callable[[random.Random], bool], chance: random.Random) -> bool:
    try:
        with transaction.atomic():
            return tamper(chance)
    except IntegrityError:  # of a check, a key or a unique column
        return False


@pytest.mark.parametrize("tamper", KINDS, ids=lambda tamper: tamper.__name__)
def test_every_tampering_is_found(tamper, kept):
    found, number = [], 0
    while len(found) < EACH and number < 20 * EACH:
        chance = random.Random(f"{tamper.__name__} {number}")
        number += 1
        is_found = _is_found(tamper, chance, kept)
        found += [] if is_found is None else [is_found]

    assert found == [True] * EACH


def test_there_is_no_false_alarm(kept):
    chance = random.Random(2)
    alarms, heads = [], [kept]
    for _ in range(CLEAN_RUNS):
        _live(chance, 1)
        report = verify(expected=heads[-3:])
        alarms += report.findings
        assert report.head is not None
        heads.append(report.head)

    assert alarms == []
