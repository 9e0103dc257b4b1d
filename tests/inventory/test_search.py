"""Searching leads to one thing at once, lists several, and refuses what looks like a value."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import make_person, make_secret, make_team

pytestmark = pytest.mark.django_db
VALUE = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"


@pytest.fixture
def search(as_security):
    return lambda text: as_security.get(reverse("inventory:search"), {"q": text})


@pytest.mark.parametrize(
    "text",
    [
        "prod/stripe/secret_key",
        "PROD/Stripe/Secret_Key",
        " /prod/stripe/secret_key/ ",
        "stripe/sec",
        "stripe sec",
        "secret_key prod",
    ],
)
def test_an_exact_name_or_the_only_hit_leads_to_the_secret(search, text):
    make_secret(name="prod/stripe/secret_key")
    make_secret(name="prod/redis/password")

    response = search(text)

    assert (response.status_code, response.get("Location")) == (303, "/secrets/prod/stripe/secret_key/")


def test_an_exact_name_leads_there_though_longer_names_match(search):
    make_secret(name="prod/stripe/key")
    make_secret(name="prod/stripe/key_two")

    assert search("prod/stripe/key")["Location"] == "/secrets/prod/stripe/key/"


def test_an_exact_name_finds_a_retired_secret_too(search):
    make_secret(name="prod/stripe/key", status="retired")

    assert search("prod/stripe/key").status_code == 303
    assert search("stripe").status_code == 200


def test_the_only_person_or_team_is_gone_to(search):
    person, team = make_person(name="Kim Possible", slack_handle="kim"), make_team(name="Data")

    assert search("@kim")["Location"] == person.get_absolute_url()
    assert search("data")["Location"] == team.get_absolute_url()


def test_several_hits_are_listed_with_owner_and_phone(search, owner):
    make_secret(name="prod/stripe/a", owner=owner)
    make_secret(name="prod/stripe/b")

    page = search("stripe").content.decode()

    assert page.count("Olga Owner") == 1
    assert 'href="tel:+49301"' in page
    assert "No owner" in page


def test_people_and_teams_stand_in_groups_of_their_own(search, owner):
    make_secret(name="prod/stripe/a", owner=owner)
    team = make_team(name="Olgas team", lead=owner)

    found = search("olga").context["found"]

    assert ([str(s) for s in found.secrets], found.people, found.teams) == (["prod/stripe/a"], [owner], [team])


def test_nothing_found_says_what_to_try(search):
    assert "Nothing matches “<bdi>unheard</bdi>”." in search("unheard").content.decode()
    assert search("").status_code == 200


def test_a_value_is_not_searched_for_nor_shown_again(search):
    make_secret(name="prod/redis/a", purpose="x")

    response = search(VALUE)

    page = response.content.decode()
    assert response.status_code == 400
    assert VALUE not in page
    assert "That looks like a secret value." in page
    assert "prod/redis/a" not in page


def test_a_value_leads_to_the_secrets_of_its_service(search):
    make_secret(name="prod/stripe/secret_key")

    response = search(VALUE)

    assert (response.status_code, [str(secret) for secret in response.context["found"].secrets]) == (
        400,
        ["prod/stripe/secret_key"],
    )


@pytest.mark.parametrize("address", ["/secrets/", "/secrets.csv"])
def test_the_list_forgets_a_value_too(as_security, address):
    make_secret(name="prod/stripe/a")

    response = as_security.get(address, {"q": VALUE})

    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert VALUE not in body.decode()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "\u202e", "'; DROP TABLE", "%", "\\", "🦊", "a" * 5000, "/", "a\x00b"]
)
def test_hostile_words_find_nothing_and_do_no_harm(search, text):
    make_secret(name="prod/stripe/a")

    response = search(text)

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("number", [1, 3, 20])
def test_the_cost_does_not_grow_with_the_hits(search, number, owner, django_assert_num_queries):
    for _ in range(number):
        make_secret(owner=owner)

    with django_assert_num_queries(7):
        assert search("olga").status_code == 200
