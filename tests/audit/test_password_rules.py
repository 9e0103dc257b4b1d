"""A password is more than the words of the register."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from audit.models import RoleGrant, User
from audit.password_rules import WORDS, RegisterWordsValidator, register_words
from tests.factories import PASSWORD

REFUSED = [
    "Rotation-2026!",
    "ROTATION ROTATION",
    "secretsecret12",
    "Secrets Index 2026",
    "secrets_index_42",
    "Northwind2026!!",
    "north-wind-2026",
    "N0rthw1nd-2026",
    "register.northwind.example",
    "security4northwind",
    "My$3cret-rotation",
    "owner-auditor-99",
    "northwind xyz 1234567",
]
LET_THROUGH = [
    "correct secret battery",
    "horse rotation staple 42",
    "northwind harbour lantern",
    "tangerine-lighthouse",
    "kx7PqLm2vTz9",
    "geheimnis-von-säntis",
]


@pytest.fixture(autouse=True)
def named(settings: Any) -> None:
    settings.PLATFORM_NAME = "Northwind"
    settings.SITE_URL = "https://register.northwind.example:8443"


@pytest.mark.parametrize("password", REFUSED)
def test_words_of_the_register_are_no_password(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        RegisterWordsValidator().validate(password)

    assert [error.code for error in refused.value.error_list] == ["password_of_register"]
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", LET_THROUGH)
def test_a_passphrase_may_hold_such_a_word(password: str) -> None:
    RegisterWordsValidator().validate(password)


def test_seven_letters_of_ones_own_are_too_few_and_eight_are_enough() -> None:
    with pytest.raises(ValidationError):
        RegisterWordsValidator().validate("secret-abcdxyz-1")

    RegisterWordsValidator().validate("secret-abcdwxyz-1")


def test_every_platform_has_words_of_its_own(settings: Any) -> None:
    settings.PLATFORM_NAME, settings.SITE_URL = "Blue Heron AG", "https://vault.heron.test"

    names = {"blueheronag", "heron", "blue", "vaultherontest", "vault"}
    assert names <= set(register_words())
    assert "ag" not in register_words()


def test_every_role_is_among_the_words() -> None:
    assert set(RoleGrant.Role.values) <= set(WORDS)


def test_the_words_are_documented() -> None:
    listed = (Path(__file__).parents[2] / "docs" / "accounts.md").read_text()

    assert [word for word in WORDS if f"`{word}`" not in listed] == []


def test_new_passwords_are_held_to_it(client: Client, outsider: User) -> None:
    client.force_login(outsider)
    typed = {"old_password": PASSWORD, "new_password1": "Northwind-2026", "new_password2": "Northwind-2026"}

    page = client.post("/accounts/password/", typed).content.decode()

    assert "little more than words that everybody would try here" in page
    assert "Northwind-2026" not in page
    with pytest.raises(ValidationError):
        validate_password("Northwind-2026", outsider)
