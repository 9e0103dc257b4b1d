"""Which changes weaken control, from a row before and after."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.weakening import Weakening, is_longer, weakenings

PRODUCTION = frozenset({"prod"})
SECRET = {
    "environment_id": "prod",
    "status": "active",
    "owner_id": 1,
    "backup_owner_id": None,
    "waived_until": None,
}
ACCOUNT = {"is_active": True, "is_superuser": False}


def ways(label: str, before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {way.value for way in weakenings(label, before, after, production=PRODUCTION)}


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        ({}, {"status": "retired"}, "retired"),
        ({"environment_id": "dev"}, {"environment_id": "dev", "status": "retired"}, None),
        ({"status": "deprecated"}, {"status": "retired"}, None),
        ({}, {"status": "deprecated"}, None),
        ({}, {"status": "retired", "owner_id": None}, "retired"),
        ({}, {"owner_id": None}, "last_owner"),
        ({}, {"owner_id": None, "backup_owner_id": 2}, None),
        ({"backup_owner_id": 2}, {"owner_id": None, "backup_owner_id": 2}, None),
        ({"owner_id": None, "backup_owner_id": 2}, {"owner_id": None}, "last_owner"),
        ({}, {"owner_id": 2}, None),
        ({}, {"waived_until": date(2026, 8, 1)}, "waiver"),
        ({"waived_until": date(2026, 8, 1)}, {"waived_until": date(2026, 9, 1)}, "waiver"),
        ({"waived_until": date(2026, 8, 1)}, {"waived_until": date(2026, 7, 1)}, None),
        ({"waived_until": date(2026, 8, 1)}, {}, None),
    ],
)
def test_a_secret_is_guarded_less(before: dict[str, Any], after: dict[str, Any], way: str | None) -> None:
    assert ways("inventory.secret", SECRET | before, SECRET | after) == ({way} if way else set())


def test_an_active_production_secret_that_is_removed_counts_as_retired() -> None:
    assert ways("inventory.secret", SECRET, {}) == {"retired"}


def test_a_new_secret_weakens_nothing() -> None:
    assert ways("inventory.secret", {}, SECRET | {"owner_id": None, "waived_until": date(2026, 8, 1)}) == set()


@pytest.mark.parametrize(
    ("before", "after", "longer"),
    [(90, 91, True), (90, None, True), (90, 90, False), (90, 30, False), (None, 90, False), (None, None, False)],
)
def test_an_interval_is_longer_with_more_days_or_without_any(before: int | None, after: int | None, longer: bool):
    said = ways("inventory.secrettype", {"rotation_interval_days": before}, {"rotation_interval_days": after})

    assert (is_longer(before, after), said) == (longer, {"interval"} if longer else set())


@pytest.mark.parametrize(
    ("label", "before", "after", "way"),
    [
        ("audit.rolegrant", {}, {"role": "owner"}, "role"),
        ("audit.rolegrant", {"role": "owner"}, {}, None),
        ("audit.user", ACCOUNT, ACCOUNT | {"is_superuser": True}, "role"),
        ("audit.user", ACCOUNT | {"is_active": False}, ACCOUNT, "role"),
        ("audit.user", ACCOUNT, ACCOUNT | {"is_active": False}, None),
        ("audit.user", {}, ACCOUNT, None),
        ("audit.user", {}, ACCOUNT | {"is_superuser": True}, "role"),
        ("contacts.escalationstep", {"kind": "owner"}, {}, "escalation"),
        ("contacts.escalationstep", {}, {"kind": "owner"}, None),
        ("inventory.environment", {"code": "prod"}, {}, "catalogue"),
        ("inventory.secrettype", {}, {"rotation_interval_days": None}, None),
        ("contacts.team", {"name": "DevOps"}, {}, None),
    ],
)
def test_access_and_what_control_hangs_on(label: str, before: dict[str, Any], after: dict[str, Any], way: str | None):
    assert ways(label, before, after) == ({way} if way else set())


def test_every_way_has_words_that_fit_behind_the_mark() -> None:
    assert [way for way in Weakening if way.label[:1].isupper() or way.label.endswith(".")] == []
