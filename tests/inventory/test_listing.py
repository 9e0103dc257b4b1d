"""The list of secrets: in which order it stands, and where its pages begin and end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from inventory import listing
from inventory.counts import Counts
from inventory.models import Secret
from inventory.wanted import Wanted
from tests.factories import TODAY, make_environment, make_person, make_secret, make_type

pytestmark = pytest.mark.django_db


EVERYTHING = Wanted()


def page_of(wanted=EVERYTHING, at=""):
    return listing.page_of(wanted, counts=Counts(TODAY), at=at)


def rows(page):
    return [str(secret) for group in page.groups for secret in group.secrets]


def due(days: int):
    return TODAY + timedelta(days=days)


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(listing, "PER_PAGE", 3)


def fill(places: dict[str, int]) -> None:
    for position, (code, number) in enumerate(places.items()):
        place = make_environment(code=code, position=position)
        for n in range(number):
            make_secret(name=f"{code}/stripe/key_{n:02}", environment=place, next_rotation_on=due(n))


def test_the_most_urgent_stand_first_by_environment():
    dev, prod = make_environment(code="dev", position=1), make_environment(code="prod", position=0)
    for name, fields in {
        "far": {"next_rotation_on": due(40)},
        "late": {"next_rotation_on": due(-1)},
        "waived": {"next_rotation_on": due(-9), "waived_until": due(5)},
        "none": {},
        "leaked": {"status": "compromised", "next_rotation_on": due(90)},
    }.items():
        make_secret(name=f"prod/a/{name}", environment=prod, **fields)
    make_secret(name="dev/a/late", environment=dev, next_rotation_on=due(-50))

    assert rows(page_of()) == [
        "prod/a/leaked",
        "prod/a/none",
        "prod/a/late",
        "prod/a/waived",
        "prod/a/far",
        "dev/a/late",
    ]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", "abc"),
        ("-name", "cba"),
        ("owner", "cab"),
        ("-owner", "bac"),
        ("type", "cba"),
        ("-type", "abc"),
        ("last", "bca"),
        ("-last", "acb"),
        ("next", "bca"),
        ("-next", "acb"),
        ("nonsense", "bca"),
    ],
)
def test_rows_stand_in_the_wanted_order(sort, expected):
    make_secret(name="prod/x/a", owner=make_person(name="Ann"), type=make_type(name="Zeta"), last_rotated_on=due(-1))
    make_secret(name="prod/x/b", owner=make_person(name="Bob"), type=make_type(name="Long", short_name="Beta"))
    make_secret(name="prod/x/c", type=None, last_rotated_on=due(-20), next_rotation_on=due(2))

    assert "".join(name[-1] for name in rows(page_of(Wanted(sort=sort)))) == expected


@pytest.mark.parametrize("sort", ["", "-next", "name", "-name", "owner", "type", "last"])
@pytest.mark.parametrize(
    "places",
    [{"prod": 8}, {"prod": 2, "staging": 7, "dev": 1}, {"prod": 3, "staging": 3}, {"a": 1, "b": 1, "c": 1, "d": 1}],
)
def test_pages_show_every_row_once_forwards_and_backwards(places, sort, small_pages):
    fill(places)
    wanted = Wanted(sort=sort)
    expected = [str(secret) for secret in listing.in_order(wanted, today=TODAY)]

    forwards, page = [rows(page_of(wanted))], page_of(wanted)
    while page.next:
        page = page_of(wanted, page.next)
        forwards.append(rows(page))
    backwards = [rows(page)]
    while page.previous:
        page = page_of(wanted, page.previous)
        backwards.insert(0, rows(page))

    assert sum(forwards, []) == sum(backwards, []) == expected
    assert max(map(len, forwards + backwards)) <= 3


def test_the_first_page_has_none_before_it_and_the_last_none_behind_it(small_pages):
    fill({"prod": 4})
    first = page_of()
    last = page_of(at=first.next)

    assert (first.previous, bool(first.next), bool(last.previous), last.next) == ("", True, True, "")


@pytest.mark.parametrize(
    "at", ["2", "after-", "after-x", "after-99999", "before-0", "after-" + "9" * 40, "after-٣", "x"]
)
def test_an_unknown_page_is_the_first_one(at, small_pages):
    fill({"prod": 5})

    assert rows(page_of(at=at)) == rows(page_of())


def test_all_rows_may_stand_on_one_page_up_to_a_bound(small_pages, monkeypatch):
    fill({"prod": 5, "dev": 2})
    everything = page_of(at="all")
    monkeypatch.setattr(listing, "MOST_ON_ONE", 4)
    most = page_of(at="all")

    assert (everything.shown, everything.previous, everything.next) == (7, "", "")
    assert (most.shown, bool(most.next)) == (4, True)


def test_a_page_behind_which_everything_went_is_the_first_one(small_pages):
    fill({"prod": 4})
    at = f"after-{Secret.objects.get(credential_type='key_03').pk}"

    assert rows(page_of(at=at)) == rows(page_of())


def test_a_page_says_how_many_there_are_of_each_environment(small_pages):
    fill({"prod": 5, "dev": 2})

    page = page_of()

    assert [(group.environment.code, len(group.secrets), group.count) for group in page.groups] == [("prod", 3, 5)]
    assert (page.shown, page.total) == (3, 7)


def test_a_page_costs_the_same_wherever_it_is(small_pages, django_assert_num_queries):
    fill({"prod": 12})
    first = page_of()
    second = page_of(at=first.next)
    counts = Counts(TODAY)
    counts.by_environment(Wanted())

    with django_assert_num_queries(2):
        listing.page_of(Wanted(), counts=counts)
    with django_assert_num_queries(3):
        listing.page_of(Wanted(), counts=counts, at=second.next)


def test_an_index_leads_to_the_rows_of_a_page(small_pages):
    fill({"prod": 12})
    found = listing._Order("next", backwards=False)
    bound = listing._bound(page_of().next, "next", {"prod"})

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # twelve rows are read quicker without an index
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")

    plan = found.rows(Secret.objects.filter(environment__code="prod")).filter(found.after(bound))[:3].explain()

    assert "secret_by_urgency" in plan
