"""The list of secrets: what it chooses, in which order, and where its pages begin and end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.acts import acting
from inventory import listing
from inventory.counts import Counts, Overview
from inventory.filters import SecretFilters
from inventory.list_links import columns, views
from inventory.models import Secret
from inventory.wanted import Wanted, chosen
from tests.factories import TODAY, make_environment, make_person, make_secret, make_service, make_team, make_type

pytestmark = pytest.mark.django_db


def names(wanted: Wanted) -> set[str]:
    return {str(secret) for secret in chosen(wanted, today=TODAY)}


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


@pytest.mark.parametrize(
    "text", ["stripe/sec", "stripe sec", "PROD/Stripe", "Payments secret", "olga", "@OLGA", "Ops", "ben"]
)
def test_every_word_is_looked_for_in_name_service_owners_and_team(text, owner, backup_owner):
    make_service(code="stripe", name="Payments")
    team = make_team(name="Ops")
    make_secret(name="prod/stripe/secret_key", owner=owner, backup_owner=backup_owner, team=team)
    make_secret(name="dev/redis/password")

    assert names(Wanted(q=text)) == {"prod/stripe/secret_key"}


def test_signs_of_patterns_are_looked_for_as_they_are():
    make_secret(name="prod/stripe/key_a")
    make_secret(name="prod/stripe/keya")

    assert (names(Wanted(q="y_a")), names(Wanted(q="%"))) == ({"prod/stripe/key_a"}, set())


def test_the_team_of_a_type_is_found_where_a_secret_has_none_of_its_own():
    team, other = make_team(name="Ops"), make_team(name="Data")
    kind = make_type(name="Database", responsible_team=team)
    make_secret(name="prod/a/b", type=kind)
    make_secret(name="prod/a/c", type=kind, team=other)

    assert names(Wanted(team=str(team.pk))) == names(Wanted(q="ops")) == {"prod/a/b"}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(), {"late", "soon", "far", "none", "leaked"}),
        (Wanted(standing="overdue"), {"late"}),
        (Wanted(standing="due_soon"), {"soon"}),
        (Wanted(standing="on_schedule"), {"far"}),
        (Wanted(standing="no_date"), {"none"}),
        (Wanted(standing="rotate_now"), {"leaked"}),
        (Wanted(status="retired"), {"old"}),
        (Wanted(status="active"), {"late", "soon", "far", "none"}),
        (Wanted(owner="none"), {"late", "far", "none"}),
        (Wanted(backup_owner="none"), {"late", "soon", "far", "none", "leaked"}),
    ],
)
def test_filters_choose(wanted, expected, owner):
    left = make_person(is_active=False)
    make_secret(name="prod/a/late", next_rotation_on=due(-1))
    make_secret(name="prod/a/soon", next_rotation_on=due(30), owner=owner)
    make_secret(name="prod/a/far", next_rotation_on=due(31), owner=left)
    make_secret(name="prod/a/none", backup_owner=left)
    make_secret(name="prod/a/leaked", status="compromised", owner=owner)
    make_secret(name="prod/a/old", status="retired")

    assert {name.rpartition("/")[2] for name in names(wanted)} == expected


def test_filters_narrow_each_other(owner):
    make_secret(name="prod/stripe/a", owner=owner)
    make_secret(name="prod/redis/a", owner=owner)
    make_secret(name="dev/stripe/a", owner=owner)

    assert names(Wanted(environment="prod", service="stripe", owner=str(owner.pk))) == {"prod/stripe/a"}


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

    plan = found.rows(Secret.objects.filter(environment__code="prod")).filter(found.after(bound))[:3].explain()

    assert "secret_by_urgency" in plan or "Seq Scan" in plan  # PostgreSQL reads twelve rows without an index


def test_counts_follow_every_change(owner):
    before = Counts(TODAY).overview()
    secret = make_secret(next_rotation_on=due(-1))
    changed = Counts(TODAY).overview()
    with acting(actor=None, source="system", reason="Handed over"):
        secret.owner = owner
        secret.save()
    with acting(actor=None, source="system", reason="Left"):
        owner.is_active = False
        owner.save()

    assert before == Overview(0, 0, 0, 0, 0, 0, 0, 0, 0)
    assert (changed.in_use, changed.overdue, changed.no_owner, changed.no_backup) == (1, 1, 1, 1)
    assert Counts(TODAY).overview().no_owner == 1
    assert Counts(TODAY + timedelta(days=1)).overview().overdue == 1


def test_counts_agree_with_what_their_links_show(owner, backup_owner):
    for fields in (
        {"next_rotation_on": due(-1)},
        {"next_rotation_on": due(3), "owner": owner, "backup_owner": backup_owner},
        {"next_rotation_on": due(-5), "waived_until": TODAY},
        {"next_rotation_on": due(-5), "waived_until": due(-1), "status": "deprecated"},
        {"status": "compromised", "owner": make_person(is_active=False)},
        {"status": "retired"},
        {},
    ):
        make_secret(**fields)

    shown = views(Wanted(), person=owner, counts=Counts(TODAY))

    linked = [SecretFilters(dict_of(view.query), counts=Counts(TODAY)).wanted() for view in shown]
    assert [view.count for view in shown] == [chosen(wanted, today=TODAY).count() for wanted in linked]
    assert {view.label: view.count for view in shown} == {
        "All": 6,
        "Mine": 1,
        "Compromised": 1,
        "Overdue": 2,
        "Due in 30 days": 1,
        "No date": 1,
        "No owner": 5,
        "No backup": 5,
    }


def dict_of(query: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in query.removeprefix("?").split("&") if pair)


def test_a_column_leads_to_its_order_and_then_to_the_other_direction():
    heads = {column.label: (column.query, column.direction) for column in columns(Wanted(q="a", sort="name"))}

    assert heads == {
        "Secret": ("?q=a&sort=-name", "ascending"),
        "Owner": ("?q=a&sort=owner", "none"),
        "Backup": ("", ""),
        "Type": ("?q=a&sort=type", "none"),
        "Last rotated": ("?q=a&sort=last", "none"),
        "Next rotation": ("?q=a&sort=next", "none"),
        "Status": ("", ""),
    }
    assert columns(Wanted(sort="-name"))[0].direction == "descending"
    assert columns(Wanted())[5].direction == "ascending"


def test_filters_say_themselves_in_words_with_a_way_out(owner):
    make_secret(name="prod/stripe/key", owner=owner)
    form = SecretFilters(
        {"q": "stripe", "environment": "prod", "owner": str(owner.pk), "standing": "no_date"}, counts=Counts(TODAY)
    )

    assert [(chip.words, chip.without) for chip in form.chips()] == [
        ("Text: stripe", f"?environment=prod&owner={owner.pk}&standing=no_date"),
        ("Environment: Production", f"?q=stripe&owner={owner.pk}&standing=no_date"),
        ("Owner: Olga Owner", "?q=stripe&environment=prod&standing=no_date"),
        ("No date", f"?q=stripe&environment=prod&owner={owner.pk}"),
    ]


def test_a_filter_that_cannot_be_read_restricts_nothing_and_is_named(db):
    form = SecretFilters(
        {"environment": "nowhere", "owner": "x'; --", "sort": "urgent_on", "standing": "fine"}, counts=Counts(TODAY)
    )

    assert (form.wanted(), sorted(form.errors)) == (Wanted(), ["environment", "owner", "standing"])
