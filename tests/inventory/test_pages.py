"""The page of the list of secrets: what each role is shown and may tick, its words where there is nothing, its cost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from audit.acts import acting
from tests.factories import make_person, make_secret, make_service

pytestmark = pytest.mark.django_db
LIST = "/secrets/"
HOSTILE = "<script>alert(1)</script>\"'&\u202e"


@pytest.fixture
def page(client, auditor):
    client.force_login(auditor)
    return lambda query="": client.get(LIST + query).content.decode()


def ticks(html: str) -> list[int]:
    return [int(key) for key in re.findall(r'name="ids" value="(\d+)"', html)]


def test_secrets_stand_under_their_environments_with_numbers(page):
    make_secret(name="prod/stripe/a")
    make_secret(name="prod/stripe/b")
    make_secret(name="dev/stripe/a")

    html = page()

    assert re.findall(r'class="grp".*?colspan="7">(\w+) <span>(\d+)<', html) == [
        ("Development", "1"),
        ("Production", "2"),
    ]
    assert re.findall(r'class="c-name"><a href="([^"]+)"', html) == [
        "/secrets/dev/stripe/a/",
        "/secrets/prod/stripe/a/",
        "/secrets/prod/stripe/b/",
    ]


def test_security_may_tick_every_row_owners_their_own_and_auditors_none(client, security, auditor, owner, backup_owner):
    own = make_secret(owner=owner)
    backed_up = make_secret(backup_owner=owner)
    other = make_secret(owner=backup_owner)
    ticked = {}

    for user in (security, owner.account, auditor):
        client.force_login(user)
        ticked[user.username] = set(ticks(client.get(LIST).content.decode()))

    assert ticked == {"sam": {own.pk, backed_up.pk, other.pk}, "olga": {own.pk, backed_up.pk}, "ada": set()}


def test_without_a_role_or_a_session_the_list_is_closed(client, outsider):
    addresses = [LIST, "/secrets.csv", "/search/?q=a", "/secrets/change-owner/?ids=1", "/secrets/import-csv/"]

    signed_out = [client.get(address).status_code for address in addresses]
    client.force_login(outsider)
    without_role = [client.get(address).status_code for address in addresses]

    assert (signed_out, without_role) == ([302] * 5, [403] * 5)


def test_buttons_stand_only_for_those_who_may(client, security, owner, auditor):
    make_secret()
    shown = {}

    for user in (security, owner.account, auditor):
        client.force_login(user)
        html = client.get(LIST).content.decode()
        shown[user.username] = [words for words in ("Export CSV", "Import CSV", "Add secret") if words in html]

    assert shown == {
        "sam": ["Export CSV", "Import CSV", "Add secret"],
        "olga": ["Export CSV", "Add secret"],
        "ada": ["Export CSV"],
    }


def test_the_saved_view_that_is_shown_is_marked(page):
    make_secret()

    assert re.findall(
        r'aria-current="page">(?!.*Secrets)([^<]+) <span class="num">(\d+)', page("?owner=none&sort=name")
    ) == [("No owner", "1")]


def test_an_empty_register_begins_with_a_document(page):
    html = page()

    assert "No secrets yet." in html
    assert f'href="{reverse("documents:import")}"' in html
    assert "Saved views" not in html


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("?standing=overdue", "Nothing overdue."),
        ("?standing=due_soon", "Nothing is due in 30 days."),
        ("?standing=rotate_now", "Nothing is compromised."),
        ("?q=unheard", "No secret matches."),
    ],
)
def test_an_empty_view_says_so_and_offers_everything(page, query, title):
    make_secret()

    html = page(query)

    assert (title in html, "Show all 1<" in html) == (True, True)


def test_nothing_overdue_names_the_next_rotation(page):
    make_secret(name="prod/stripe/key", next_rotation_on=timezone.localdate() + timedelta(days=40))

    html = page("?standing=overdue")

    assert "The next rotation is" in html
    assert "/secrets/prod/stripe/key/" in html


def test_retired_secrets_are_hidden_and_offered(page):
    make_secret(name="prod/stripe/old", status="retired")
    make_secret(name="prod/stripe/new")

    html = page()

    assert ("/prod/stripe/old/" in html, "1 retired secret is hidden." in html) == (False, True)
    assert "/prod/stripe/old/" in page("?status=retired")


def test_the_print_header_says_what_is_shown(page):
    make_secret(name="prod/stripe/a")
    make_secret(name="dev/stripe/a")

    words = re.search(r'<p class="print">(.*?)</p>', page("?environment=prod"))[1]

    assert "Secrets Index, Northwind." in words
    assert "Environment: Production: 1 of 1 secret, 2 in use. Printed by Ada Auditor." in words


def test_filters_and_order_go_on_to_the_next_page(page):
    for _ in range(60):
        make_secret(name=f"prod/stripe/{'k' * (_ + 1)}")

    following = re.search(r'rel="next" href="([^"]+)"', page("?service=stripe&sort=name"))[1].replace("&amp;", "&")

    assert following.startswith("?service=stripe&sort=name&page=after-")
    assert len(re.findall('class="c-name"', page(following))) == 10


def test_hostile_words_are_shown_as_words(page):
    make_service(code="stripe", name=HOSTILE)
    make_secret(name="prod/stripe/a", owner=make_person(name=HOSTILE))

    html = page("?q=" + "%3Cscript%3E")

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;\u202e" in html


@pytest.mark.parametrize("number", [1, 3, 20])
@pytest.mark.parametrize("query", ["", "?q=key&owner=none&sort=owner"])
def test_the_cost_does_not_grow_with_the_rows(as_security, number, query, owner, django_assert_num_queries):
    for n in range(number):
        make_secret(backup_owner=owner if n % 2 else None)
    cache.clear()

    with django_assert_num_queries(14):
        as_security.get(LIST + query)
    with django_assert_num_queries(5):
        as_security.get(LIST + query)


def test_what_was_drawn_before_follows_every_change(page, owner):
    secret = make_secret(name="prod/stripe/key", owner=owner)
    before = page()

    with acting(actor=None, source="system", reason="Married"):
        owner.name = "Olga Other"
        owner.save()
    renamed = page()
    with acting(actor=None, source="system", reason="Not used"):
        secret.status = "retired"
        secret.save()

    assert [("Olga Owner" in html, "Olga Other" in html) for html in (before, renamed)] == [
        (True, False),
        (False, True),
    ]
    assert "prod/stripe/key" not in page()
