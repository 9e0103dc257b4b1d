"""Holidays are known by country and part of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError

from config import environment
from contacts.holidays import holidays_of, is_known_place
from contacts.models import Person


@pytest.mark.parametrize("place", ["DE", "DE-BY", "GB-SCT", "US", "US-CA"])
def test_a_country_or_a_part_of_it_is_known(place: str) -> None:
    assert is_known_place(place)


@pytest.mark.parametrize("place", ["", "XX", "DE-XX", "de", "DE-", "Germany", "-", "DE-BY-1"])
def test_anything_else_is_refused(place: str) -> None:
    assert not is_known_place(place)


def test_a_part_has_holidays_that_the_country_has_not() -> None:
    epiphany = date(2026, 1, 6)

    assert (epiphany in holidays_of("DE-BY", [2026]), epiphany in holidays_of("DE", [2026])) == (True, False)


def test_nobodys_holidays_are_none() -> None:
    assert (holidays_of("", [2026]), holidays_of("XX", [2026])) == (frozenset(), frozenset())


def test_several_years_are_taken_together() -> None:
    assert {date(2026, 12, 25), date(2027, 12, 25)} <= holidays_of("DE", [2026, 2027])


@pytest.mark.django_db
def test_a_person_with_an_unknown_place_is_told_what_to_write() -> None:
    with pytest.raises(ValidationError) as refused:
        Person(name="Wen", holidays="Bavaria").full_clean()

    assert refused.value.message_dict == {
        "holidays": ["No holidays are known for this place. Write a country such as DE, or a part of it such as DE-BY."]
    }


def test_the_setting_is_checked_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLIDAYS", "Bavaria")

    with pytest.raises(ImproperlyConfigured, match="HOLIDAYS is no place whose holidays are known"):
        environment.holidays("HOLIDAYS")
