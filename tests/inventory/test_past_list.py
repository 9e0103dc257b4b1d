"""The list of secrets on a past day: what it was then, the same as the present for today, and nothing to change."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from random import Random

import pytest
from django.core.cache import cache
from django.test import override_settings
from django.utils import timezone

from audit.acts import acting
from audit.ledger.head import head
from audit.past import Past
from inventory import listing
from inventory.counts import Counts
from inventory.filters import SecretFilters
from inventory.models import Secret
from inventory.past_list import PastCounts
from inventory.past_register import PastRegister
from inventory.wanted import NOBODY, Wanted
from tests.factories import make_environment, make_person, make_secret, make_service, make_team, make_type

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_acts")]
LIST = "/secrets/"
LONG_AGO, THEN = "2025-01-01", "2026-06-30"


@pytest.fixture
def long_ago():
    with override_settings(DEMO=True):
        at = timezone.make_aware(timezone.datetime(2026, 6, 1, 12))
        yield lambda: acting(actor=None, source="system", reason="Long ago", at=at)


@pytest.fixture
def page(client, auditor):
    client.force_login(auditor)
    return lambda query="": client.get(LIST + query).content.decode()


def rows(html):
    return re.findall(r'class="c-name"><a href="([^"]+)"', html)


def test_the_list_is_that_of_the_day_with_its_names_and_links_keep_the_day(page, long_ago, owner):
    with long_ago():
        secret = make_secret(name="prod/stripe/old", owner=make_person(name="Olga Before"))
    with acting(actor=None, source="system", reason="Married"):
        secret.owner.name = "Olga After"
        secret.owner.save()
        secret.status = "retired"
        secret.save()
    make_secret(name="prod/stripe/new")

    html = page(f"?as_of={THEN}&sort=name")

    assert rows(html) == [f"/secrets/prod/stripe/old/?as_of={THEN}"]
    assert ("Olga Before" in html, "Olga After" in html) == (True, False)
    assert "The register as it was at the end of" in html
    assert "1 secret in use at the end of 2026-06-30." in html
    assert f"?sort=-name&amp;as_of={THEN}" in html
    assert f"?owner=none&amp;as_of={THEN}" in html
    assert f"/secrets.csv?sort=name&amp;as_of={THEN}" in html


def test_nothing_can_be_changed_on_a_past_day(client, security, long_ago):
    with long_ago():
        make_secret()
    client.force_login(security)

    html = client.get(f"{LIST}?as_of={THEN}").content.decode()

    offered = [words for words in ("Add secret", "Import CSV", "Record rotation", "Change owner") if words in html]
    assert (offered, re.findall('name="ids"', html)) == ([], [])


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("2999-01-01", "Choose a day up to today."),
        ("2026-13-01", "Write the day as 2026-06-30: year, month, day."),
        ("07/08/2026", "Write the day as 2026-06-30: year, month, day."),
    ],
)
def test_a_day_that_cannot_be_shown_is_an_error_in_the_bar(page, asked, words):
    make_secret(name="prod/stripe/key")

    html = page(f"?as_of={asked}")

    assert f"As of: {words} This is the register as it is now." in html
    assert rows(html) == ["/secrets/prod/stripe/key/"]


@pytest.mark.parametrize("asked", ["today", "yesterday"])
def test_near_days_may_be_written_in_words(page, asked):
    day = timezone.localdate() - timedelta(days=asked == "yesterday")

    assert f'name="as_of" value="{day}"' in page(f"?as_of={asked}")


def test_before_the_first_entry_there_was_nothing(page):
    make_secret()

    html = page(f"?as_of={LONG_AGO}")

    assert "The register held no secrets then." in html


def test_the_first_day_of_the_calendar_is_a_day_too(page):
    assert "The register held no secrets then." in page("?as_of=0001-01-01")


def test_the_table_that_is_taken_away_is_that_of_the_day(client, auditor, long_ago):
    with long_ago():
        secret = make_secret(name="prod/stripe/old", purpose="=then()")
    with acting(actor=None, source="system", reason="Now"):
        secret.purpose = "now"
        secret.save()
    client.force_login(auditor)

    response = client.get(f"/secrets.csv?as_of={THEN}")

    lines = list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))
    assert response["Content-Disposition"] == 'attachment; filename="secrets-2026-06-30.csv"'
    assert (lines[1][0], dict(zip(lines[0], lines[1], strict=True))["purpose"]) == ("prod/stripe/old", "'=then()")
    assert lines[2] == [
        "# Secrets Index, Northwind. As of the end of 2026-06-30 Europe/Berlin, no filter, 1 of 1 secrets in use."
        f" Exported by Ada Auditor. Head of the ledger: {head()}."
    ]


def test_no_table_is_given_of_a_day_that_cannot_be_read(client, auditor):
    client.force_login(auditor)

    response = client.get("/secrets.csv?as_of=2999-01-01&sort=name")

    assert (response.status_code, response["Location"]) == (302, "/secrets/?as_of=2999-01-01&sort=name")


def random_register(chance):
    people = [make_person(name=f"Person {n}", slack_handle=f"p{n}", is_active=n > 0) for n in range(4)]
    teams = [make_team(name=f"Team {n}") for n in range(2)]
    types = [make_type(name=f"Type {n}", responsible_team=chance.choice([*teams, None])) for n in range(3)]
    places = [make_environment(code=code, position=at) for at, code in enumerate(("prod", "dev", "staging"))]
    make_service(code="redis", name="Cache")
    today = timezone.localdate()
    for number in range(25):
        owner, backup_owner = chance.sample([*people, None, None], 2)
        place, service = chance.choice(places).code, chance.choice(("stripe", "redis"))
        make_secret(
            name=f"{place}/{service}/key_{number}",
            owner=owner,
            backup_owner=backup_owner,
            team=chance.choice([*teams, None, None]),
            type=chance.choice([*types, None]),
            status=chance.choice(Secret.Status.values),
            last_rotated_on=chance.choice([None, today - timedelta(days=chance.randrange(200))]),
            waived_until=chance.choice([None, None, today + timedelta(days=chance.randrange(-9, 9))]),
        )
    keys = {"owner": people, "backup_owner": people, "team": teams, "type": types}
    return {name: [str(row.pk) for row in rows] for name, rows in keys.items()}


def random_wish(chance, keys):
    wish = {name: chance.choice(["", "", "", *values]) for name, values in keys.items()}
    wish["q"] = chance.choice(["", "", "redis", "person 1", "@p2", "CACHE/prod", "team 1", "nothing"])
    wish["environment"] = chance.choice(["", "", "prod"])
    wish["status"] = chance.choice(["", "", *Secret.Status.values])
    wish["standing"] = chance.choice(["", "", "", "overdue", "waived", "no_date", "rotate_now", "due_soon"])
    wish["sort"] = chance.choice(["", "-next", "name", "-owner", "owner", "type", "-last"])
    if chance.randrange(4) == 0:
        wish[chance.choice(("owner", "backup_owner"))] = NOBODY
    return Wanted(**wish)


@pytest.mark.parametrize("seed", range(4))
def test_today_as_a_past_day_is_the_present_for_every_filter_and_order(seed):
    chance = Random(seed)
    keys = random_register(chance)
    today = timezone.localdate()
    now, then = Counts(today), PastRegister(Past(today))

    for _ in range(40):
        wish = random_wish(chance, keys)
        assert [str(row) for row in then.in_order(wish)] == [str(row) for row in listing.in_order(wish, today=today)], (
            wish
        )
        assert then.by_environment(wish) == now.by_environment(wish)
    assert then.overview() == now.overview()


def test_what_can_be_chosen_today_is_what_can_be_chosen_now():
    random_register(Random(1))
    today = timezone.localdate()

    form = SecretFilters({}, counts=Counts(today))

    expected = {name: form._listed(name).choices for name in PastCounts(today).register.choices()}
    assert PastCounts(today).register.choices() == expected


@pytest.mark.parametrize("sort", ["", "-name", "owner"])
def test_pages_show_every_row_once_forwards_and_backwards(sort, monkeypatch):
    monkeypatch.setattr(listing, "PER_PAGE", 3)
    for number in range(8):
        make_secret(name=f"{'dev' if number % 3 else 'prod'}/stripe/key_{number}")
    register, wanted = PastRegister(Past(date(2100, 1, 1))), Wanted(sort=sort)

    def shown(page):
        return [str(secret) for group in page.groups for secret in group.secrets]

    page = register.page_of(wanted)
    forwards = [shown(page)]
    while page.next:
        page = register.page_of(wanted, at=page.next)
        forwards.append(shown(page))
    backwards = [shown(page)]
    while page.previous:
        page = register.page_of(wanted, at=page.previous)
        backwards.insert(0, shown(page))

    assert sum(forwards, []) == [str(secret) for secret in register.in_order(wanted)]
    assert (len(forwards), [name for part in backwards for name in part][-8:]) == (3, sum(forwards, []))


@pytest.mark.parametrize("at", ["2", "after-", "after-x", "after-99999", "before-0", "x"])
def test_an_unknown_page_is_the_first_one(at):
    make_secret()
    register = PastRegister(Past(date(2100, 1, 1)))

    assert register.page_of(Wanted(), at=at) == register.page_of(Wanted())


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("query", ["", "&q=key&owner=none&sort=owner"])
def test_the_cost_does_not_grow_with_the_rows(as_security, number, query, owner, django_assert_num_queries):
    for n in range(number):
        make_secret(backup_owner=owner if n % 2 else None, team=make_team())
    cache.clear()
    address = f"{LIST}?as_of={timezone.localdate()}{query}"

    with django_assert_num_queries(13):
        as_security.get(address)
    with django_assert_num_queries(5):
        as_security.get(address)
    with django_assert_num_queries(13):
        b"".join(as_security.get(f"/secrets.csv?as_of={timezone.localdate()}{query}").streaming_content)
