"""The change log tells who changed what, when and why, in words, and costs the same however much there is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.acts import acting
from audit.changes import Wanted, actors, change_sets, kinds
from audit.models import ChangeSet, User
from contacts.models import Team
from inventory.models import Secret
from tests.factories import TODAY, make_person, make_secret, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client, auditor: User):
    client.force_login(auditor)
    return lambda address: client.get(address).content.decode()


def _latest() -> ChangeSet:
    return ChangeSet.objects.latest("pk")


def test_a_change_is_shown_with_author_reason_and_difference_in_words(page, security: User):
    team = make_team(name="DevOps")
    with acting(actor=security, source="web", reason="She leads it now"):
        team.lead = make_person(name="Lea Lead")
        team.save()

    shown = page("/changes/")

    assert "“She leads it now”" in shown
    assert "<del>No lead</del> <ins>Lea Lead</ins>" in shown
    assert f'<a href="/teams/{team.pk}/"><bdi>DevOps</bdi></a>' in shown
    assert f"<strong>{security.name}</strong>" in shown


def test_a_gap_is_said_in_words_that_can_be_said(page, security: User):
    secret = make_secret()
    with acting(actor=security, source="web", reason="Wrote it down"):
        Secret.objects.filter(pk=secret.pk).update(opens="Charges", purpose="Payments", owner=make_person(name="Pia"))

    shown = page("/changes/")

    assert "<del>Not set</del> <ins>Charges</ins>" in shown
    assert "<del>No purpose</del> <ins>Payments</ins>" in shown
    assert "<del>No owner</del> <ins>Pia</ins>" in shown


def test_an_entry_has_a_page_with_every_row_in_full(page, security: User):
    with acting(actor=security, source="web", reason="A new team"):
        make_team(name="DevOps")

    shown = page(f"/changes/{_latest().pk}/")

    assert ("A new team" in shown, "<ins>DevOps</ins>" in shown) == (True, True)


def test_an_unknown_entry_is_not_there(client: Client, auditor: User):
    client.force_login(auditor)

    assert client.get("/changes/4711/").status_code == 404


@pytest.mark.parametrize("address", ["/changes/", "/changes/1/"])
def test_accounts_without_a_role_see_no_changes(client: Client, outsider: User, address: str):
    make_team(name="DevOps")
    client.force_login(outsider)

    answer = client.get(address)

    assert (answer.status_code, "DevOps" in answer.content.decode()) == (403, False)


@pytest.mark.parametrize("address", ["/changes/", "/changes/1/"])
def test_nothing_can_be_written_to_the_change_log(client: Client, security: User, address: str):
    client.force_login(security)

    assert client.post(address).status_code == 405


def test_a_removed_row_is_told_without_a_link(page, security: User):
    team = make_team(name="Old team")
    with acting(actor=security, source="web", reason="Nobody is in it"):
        team.delete()

    assert "removed team <bdi>Old team</bdi>" in page("/changes/")


def test_changes_stand_under_the_day_of_the_registers_time_zone(page, security: User, settings):
    settings.DEMO = True
    late = timezone.make_aware(datetime(2026, 7, 14, 0, 30))
    with acting(actor=security, source="web", reason="Late at night", at=late):
        make_team()

    assert '<time datetime="2026-07-14">2026-07-14</time>' in page("/changes/")


@pytest.fixture
def two(security: User, settings) -> tuple[ChangeSet, ChangeSet]:
    """A page's change of a team on the 1st of July, and a command's of a person on the 10th."""
    settings.DEMO = True
    noon = timezone.make_aware(datetime(2026, 7, 1, 12))
    other = make_user(username="otis", first_name="Otis")
    with acting(actor=security, source="web", reason="First reason", at=noon):
        make_team(name="DevOps")
    with acting(actor=other, source="command", reason="Second reason", at=noon + timedelta(days=9)):
        make_person(name="Pia Person")
    first, second = ChangeSet.objects.exclude(actor=None).order_by("pk")
    return first, second


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"text": "first"}, [0]),
        ({"text": "pia"}, [1]),
        ({"text": "otis"}, [1]),
        ({"source": "command"}, [1]),
        ({"model": "contacts.team"}, [0]),
        ({"first_on": TODAY.replace(day=1), "last_on": TODAY.replace(day=1)}, [0]),
        ({"first_on": TODAY.replace(day=2), "last_on": TODAY.replace(day=10)}, [1]),
    ],
)
def test_the_change_log_can_be_narrowed(two, wanted: dict, found: list[int]):
    assert list(change_sets(Wanted(**wanted)).exclude(actor=None)) == [two[number] for number in found]


def test_the_change_log_can_be_narrowed_to_one_person_and_one_object(two, security: User):
    team = Team.objects.get()

    assert list(change_sets(Wanted(actor=security.pk))) == [two[0]]
    assert list(change_sets(Wanted(model="contacts.team", object_id=str(team.pk)))) == [two[0]]


def test_every_filter_is_a_chip_that_can_be_taken_away(page, two):
    shown = page("/changes/?source=command&since=2026-07-02")

    assert 'href="?since=2026-07-02" aria-label="Remove filter Through: Command"' in shown
    assert 'href="?source=command" aria-label="Remove filter From: 2026-07-02"' in shown
    assert ("Second reason" in shown, "First reason" in shown) == (True, False)


def test_an_unreadable_filter_is_named_and_restricts_nothing(page, two):
    shown = page("/changes/?since=07/08/2026&kind=no.such")

    assert "Write the date as 2026-07-14: year, month, day." in shown
    assert ("Second reason" in shown, "First reason" in shown) == (True, True)


def test_a_search_that_looks_like_a_value_is_not_repeated(page):
    shown = page("/changes/?q=AKIAIOSFODNN7REALKEY")

    assert ("AKIAIOSFODNN7REALKEY" in shown, "This looks like" in shown) == (False, True)


def test_where_nothing_matches_the_way_back_is_named(page, two):
    assert "No change matches." in page("/changes/?q=nothing-like-this")


def test_a_reason_cannot_write_markup(page, security: User):
    with acting(actor=security, source="web", reason="<script>alert(1)</script>"):
        make_team(name="<b>DevOps</b>")

    shown = page("/changes/") + page(f"/changes/{_latest().pk}/")

    assert ("<script>alert" in shown, "<b>DevOps</b>" in shown) == (False, False)


def test_who_ever_changed_something_can_be_chosen_by_the_name_of_today(two, security: User, auditor: User):
    with acting(actor=None, source="system", reason="Married"):
        security.last_name = "Married"
        security.save()

    assert [name for _, name in actors()] == ["Otis", "Sam Married"]


def test_kinds_are_those_of_every_tracked_model():
    assert (kinds()["inventory.secret"], kinds()["contacts.person"]) == ("secrets", "people")


def test_long_logs_have_pages_that_keep_the_filters(page, security: User):
    for number in range(31):
        with acting(actor=security, source="web", reason=f"Reason {number}"):
            make_team()

    assert "?who=" + str(security.pk) + "&amp;page=2" in page(f"/changes/?who={security.pk}")


def _act(number: int, security: User, rows: int) -> None:
    with acting(actor=security, source="web", reason=f"Act {number}"):
        for row in range(rows):
            make_secret(owner=make_person(name=f"Person {number} {row}"))


@pytest.mark.parametrize("acts", [1, 3, 20])
def test_the_change_log_costs_the_same_however_many_acts(page, security: User, django_assert_num_queries, acts: int):
    for number in range(acts):
        _act(number, security, 1 + number % 7)

    with django_assert_num_queries(16):
        page("/changes/?q=act")


@pytest.mark.parametrize("rows", [1, 3, 20])
def test_an_entry_costs_the_same_however_many_rows(page, security: User, django_assert_num_queries, rows: int):
    _act(1, security, rows)

    with django_assert_num_queries(14):
        page(f"/changes/{_latest().pk}/")
