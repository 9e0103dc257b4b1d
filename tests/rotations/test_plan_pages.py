"""The page that plans: what it asks, what it shows and why, and what it creates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.models import Absence, Person
from inventory.models import Dependency, Secret
from rotations import plan_pages
from rotations.models import FreezePeriod
from tests.factories import make_environment, make_person, make_rotation, make_secret, make_team
from tests.rotations.plan_asking import ASK, PAGE, TODAY, days, preview, reasons, words, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_pages.timezone, "localdate", lambda: TODAY)


@pytest.fixture
def jonas() -> Person:
    return make_person(name="Jonas")


@pytest.fixture
def wen() -> Person:
    return make_person(name="Wen")


def test_only_security_plans(client: Client, owner: Person) -> None:
    client.force_login(owner.account)

    assert [client.get(PAGE).status_code, client.post(PAGE).status_code] == [403, 403]
    assert "Plan a rotation" not in words(client.get("/rotations/"))


def test_the_list_of_rotations_leads_to_it(as_security: Client) -> None:
    assert f'href="{PAGE}"' in as_security.get("/rotations/").content.decode()


def test_it_asks_first_and_offers_this_quarter(as_security: Client) -> None:
    page = as_security.get(PAGE)

    assert page.context["form"]["quarter"].value() == "2026-07-01"
    assert "This quarter, Q3 2026" in words(page)
    assert "Day by day" not in words(page)


def test_an_empty_register_says_that_there_is_nothing_to_plan(as_security: Client) -> None:
    assert "Nothing to plan. No secret of this part is due until 2026-09-30" in words(as_security.get(PAGE, ASK))


def test_a_secret_is_planned_for_the_last_working_day_on_time(as_security: Client, jonas: Person) -> None:
    make_secret(name="prod/a/key", owner=jonas, next_rotation_on=date(2026, 8, 2))

    found = preview(as_security)

    assert days(found) == {"prod/a/key": "2026-07-31"}
    assert reasons(found) == {"prod/a/key": "The last working day on time: it is due 2026-08-02."}


def test_why_says_who_is_full_and_who_takes_over(as_security: Client, jonas: Person, wen: Person) -> None:
    for name in ("one", "two"):
        make_secret(name=f"prod/a/{name}", owner=jonas, backup_owner=wen, next_rotation_on=date(2026, 7, 30))
    write(Absence, person=jonas, first_on=date(2026, 7, 20), last_on=date(2026, 7, 31))

    found = preview(as_security, per_person=1)

    assert days(found) == {"prod/a/one": "2026-07-29", "prod/a/two": "2026-07-30"} or days(found) == {
        "prod/a/two": "2026-07-29",
        "prod/a/one": "2026-07-30",
    }
    assert sorted(reasons(found).values()) == [
        "Due 2026-07-30; 2026-07-30 is full for Wen; Jonas is away, Wen takes it.",
        "Its last day on time; Jonas is away, Wen takes it.",
    ]


def test_overdue_leaked_and_new_secrets_come_as_early_as_possible(as_security: Client, jonas: Person) -> None:
    make_secret(name="prod/a/old", owner=jonas, next_rotation_on=date(2026, 7, 1))
    make_secret(name="prod/a/new", owner=jonas)
    make_secret(name="prod/a/leaked", owner=jonas, status="compromised", next_rotation_on=date(2026, 12, 1))

    found = preview(as_security, per_person=1)

    assert days(found) == {"prod/a/leaked": "2026-07-14", "prod/a/old": "2026-07-15", "prod/a/new": "2026-07-16"} or (
        sorted(days(found).values()) == ["2026-07-14", "2026-07-15", "2026-07-16"]
    )
    assert reasons(found)["prod/a/old"].startswith("Overdue since 2026-07-01, so as early as possible")


def test_the_page_says_whose_holidays_count(as_security: Client, settings: Any) -> None:
    words = "<code>HOLIDAYS</code> is not set."

    without = as_security.get("/rotations/plan/").content.decode()
    settings.HOLIDAYS = "DE-BY"

    assert (words in without, words in as_security.get("/rotations/plan/").content.decode()) == (True, False)


def test_freezes_and_holidays_close_days_and_clean_ups(as_security: Client, settings: Any) -> None:
    settings.HOLIDAYS = "DE-BY"
    anna = make_person(name="Anna")
    pierre = make_person(name="Pierre", holidays="FR")
    # 15 August, a holiday in Bavaria and in France, is a Saturday in 2026; 14 July is one in France.
    make_secret(name="prod/a/french", owner=pierre, status="compromised")
    make_secret(name="prod/a/german", owner=anna, status="compromised")
    make_secret(name="dev/a/frozen", owner=anna, next_rotation_on=date(2026, 7, 24))
    write(
        FreezePeriod,
        first_on="2026-07-22",
        last_on="2026-07-26",
        environment=make_environment(code="dev"),
        reason="Sale",
    )

    found = preview(as_security)

    assert days(found) == {
        "prod/a/german": "2026-07-14",
        "prod/a/french": "2026-07-15",
        "dev/a/frozen": "2026-07-21",
    }
    clean_ups = {line.secret.name: str(line.clean_up_on) for day in found.days for line in day.lines}
    assert clean_ups["dev/a/frozen"] == "2026-07-27"
    assert "2026-07-22 is in the freeze “Sale”" in reasons(found)["dev/a/frozen"]


def test_dependants_come_after_what_they_depend_on(as_security: Client, jonas: Person) -> None:
    first = make_secret(name="prod/a/first", owner=jonas, next_rotation_on=date(2026, 9, 30))
    then = make_secret(name="prod/a/then", owner=jonas, next_rotation_on=date(2026, 8, 31))
    write(Dependency, secret=then, depends_on=first)

    found = preview(as_security)

    assert days(found) == {"prod/a/first": "2026-08-31", "prod/a/then": "2026-08-31"}
    assert reasons(found)["prod/a/first"].endswith("in time for what depends on it.")
    assert reasons(found)["prod/a/then"] == "Its last day on time; after prod/a/first on 2026-08-31."


def test_what_finds_no_day_says_why_and_what_helps(as_security: Client, jonas: Person) -> None:
    make_secret(name="prod/a/nobodys", next_rotation_on=date(2026, 8, 3))
    make_secret(name="prod/a/exempt", owner=jonas, type=None)
    for name in ("full_one", "full_two"):
        make_secret(name=f"prod/a/{name}", owner=jonas, next_rotation_on=TODAY)
    make_secret(name="prod/a/soon", owner=jonas, next_rotation_on=date(2026, 7, 20))

    page = as_security.get(
        PAGE, ASK | {"per_person": "1", "quarter": ""} | {"first_on": "2026-07-14", "last_on": "2026-08-31"}
    )

    left = {one.secret.name: (one.code, one.helps) for one in page.context["preview"].left}
    assert left == {
        "prod/a/exempt": ("interval", "Set an interval"),
        "prod/a/full_two": ("full", "Raise the limits, or give some to somebody else"),
        "prod/a/nobodys": ("nobody", "Give it an owner"),
    }
    assert "Every day that is open to it is taken: full for Jonas (1 day)." in words(page)


def test_what_is_planned_counts_towards_the_limits(as_security: Client, jonas: Person) -> None:
    planned = make_secret(name="prod/a/planned", owner=jonas, next_rotation_on=date(2026, 8, 5))
    make_rotation(secrets=(planned,), planned_on=date(2026, 8, 5), owner=jonas)
    make_secret(name="prod/a/other", owner=jonas, next_rotation_on=date(2026, 8, 5))

    assert days(preview(as_security, per_person=1)) == {"prod/a/other": "2026-08-04"}


def test_a_part_is_planned_without_the_rest(as_security: Client, jonas: Person) -> None:
    team = make_team(name="Payments")
    for name, fields in (("prod/a/one", {}), ("dev/a/one", {}), ("dev/a/two", {"team": team})):
        make_secret(name=name, owner=jonas, next_rotation_on=date(2026, 8, 5), **fields)

    parts = {part: sorted(days(preview(as_security, part=part))) for part in ("environment:dev", f"team:{team.pk}")}

    assert parts == {"environment:dev": ["dev/a/one", "dev/a/two"], f"team:{team.pk}": ["dev/a/two"]}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"quarter": ""}, "Write both days, or choose a quarter."),
        ({"first_on": "2026-08-01"}, "Write both days, or neither and choose a quarter."),
        (
            {"first_on": "2026-08-10", "last_on": "2026-08-01"},
            "Choose a last day from today and from the first day on.",
        ),
        (
            {"first_on": "2020-01-01", "last_on": "2020-02-01"},
            "Choose a last day from today and from the first day on.",
        ),
        (
            {"first_on": "2026-08-01", "last_on": "9999-12-31"},
            "Choose at most 400 days, all of them within three years.",
        ),
        (
            {"first_on": "01/08/2026", "last_on": "2026-09-01"},
            "Write the date as 2026-10-01, or leave both days empty.",
        ),
        ({"per_person": "0"}, "greater than or equal to 1"),
        ({"part": "team:99"}, "Choose one of the list."),
        ({"quarter": "2020-01-01"}, "Choose one of the list."),
    ],
)
def test_what_cannot_be_planned_says_what_to_do(as_security: Client, asked: dict[str, str], said: str) -> None:
    page = as_security.get(PAGE, ASK | asked)

    assert page.status_code == 200
    assert said in words(page)


def test_the_number_of_queries_does_not_grow_with_the_register(as_security: Client) -> None:
    def fill(number: int) -> None:
        for count in range(number):
            person, other = make_person(), make_person()
            secrets = [
                make_secret(owner=person, backup_owner=other, next_rotation_on=TODAY + timedelta(days=20 + count))
                for _ in range(3)
            ]
            make_secret(next_rotation_on=TODAY)
            make_rotation(secrets=(secrets[0],), planned_on=TODAY + timedelta(days=9), owner=person)
            write(Dependency, secret=secrets[2], depends_on=secrets[1])
            write(Absence, person=person, first_on=TODAY, last_on=TODAY)

    counts = []
    for number in (1, 6):
        fill(number)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            as_security.get(PAGE, ASK | {"moves": "on"})
        counts.append(len(queries))

    assert Secret.objects.count() == 28
    assert counts[0] == counts[1]
