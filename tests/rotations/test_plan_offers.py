"""A quarter in which nothing is planned offers a plan."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from contacts.models import Person
from rotations.plan_offers import offers
from tests.factories import make_environment, make_rotation

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 14)


def test_this_quarter_and_the_next_are_offered_for_production() -> None:
    make_environment(code="prod")

    found = [(offer.quarter, offer.part, offer.url) for offer in offers(TODAY)]

    asked = "/rotations/plan/?part=environment%3Aprod&quarter={}&per_person=3&in_all=20"
    assert found == [
        ("Q4 2026", "Production", asked.format("2026-10-01")),
        ("Q1 2027", "Production", asked.format("2027-01-01")),
    ]


def test_a_quarter_with_a_planned_rotation_is_not_offered() -> None:
    make_rotation(planned_on=date(2027, 1, 1))
    make_rotation(planned_on=date(2026, 12, 31), state="cancelled")

    assert [(offer.quarter, offer.part) for offer in offers(TODAY)] == [("Q4 2026", "everything")]


def test_the_list_of_rotations_shows_offers_to_those_who_plan(client: Client, security: object, owner: Person) -> None:
    make_environment(code="prod")
    pages = []
    for account in (security, owner.account):
        client.force_login(account)
        pages.append("Quarters without a plan" in client.get("/rotations/").content.decode())

    assert pages == [True, False]


def test_an_offer_leads_to_a_plan(as_security: Client) -> None:
    make_environment(code="prod")

    assert as_security.get(offers(date.today())[0].url).context["preview"].wish.part == "Production"
