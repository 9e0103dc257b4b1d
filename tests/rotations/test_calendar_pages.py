"""The page of calendar feeds: made, shown once, reset, revoked, and nobody else's business."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import ChangeSet
from rotations.feed_acts import reset_feed, revoke_feed
from rotations.models import CalendarFeed
from tests.factories import make_environment, make_secret, make_team, make_user
from tests.rotations.feed_factories import act, make_feed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 14, 10, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def as_owner(owner):
    client = Client()
    client.force_login(owner.account)
    return client


def text(response) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def address_in(response) -> str:
    return re.search(r'id="feed-address">([^<]+)<', response.content.decode())[1]


def test_feed_is_made_in_one_step_and_its_address_works(as_owner, owner):
    response = as_owner.post("/calendar/", {"shows": "mine", "expires_on": "2027-07-14"})

    feed = CalendarFeed.objects.get()
    assert (feed.account, feed.scope, feed.expires_on) == (owner.account, "mine", TODAY + timedelta(days=365))
    assert Client().get(address_in(response)).status_code == 200


def test_address_is_shown_once_with_copy_webcal_and_qr(as_owner):
    response = as_owner.post("/calendar/", {"shows": "everything"})
    page, address = response.content.decode(), address_in(response)

    assert re.fullmatch(r"http://testserver/calendar/[\w-]{55}\.ics", address)
    assert f'href="webcal{address.removeprefix("http")}"' in page
    assert 'data-copy-from="feed-address"' in page
    assert '<svg role="img" aria-label="QR code"' in page
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert address not in as_owner.get("/calendar/").content.decode()


def test_an_address_that_is_loaded_again_makes_no_second_one(as_owner):
    form = {"shows": "mine", "once": as_owner.get("/calendar/").context["once"]}

    as_owner.post("/calendar/", form)
    again = as_owner.post("/calendar/", form, follow=True)
    feed = CalendarFeed.objects.get()
    mark = {"once": again.context["once"]}
    as_owner.post(f"/calendar/feeds/{feed.pk}/reset/", mark)
    key = CalendarFeed.objects.get().key_prefix
    as_owner.post(f"/calendar/feeds/{feed.pk}/reset/", mark)

    assert "That was done already, and its address is shown once." in text(again)
    assert (CalendarFeed.objects.get().key_prefix, key == feed.key_prefix) == (key, False)


def test_pages_hold_no_style_or_script_of_their_own(as_owner, owner):
    make_feed(owner)

    for response in (as_owner.get("/calendar/"), as_owner.post("/calendar/", {"shows": "mine"})):
        assert not re.search(r"\sstyle=|<style|<script(?! src=)|\son\w+=", response.content.decode())


@pytest.mark.parametrize("shows", ["team", "environment"])
def test_feed_of_a_team_or_an_environment(as_owner, shows):
    team, environment = make_team(name="DevOps"), make_environment()
    key = team.pk if shows == "team" else environment.code

    response = as_owner.post("/calendar/", {"shows": f"{shows}:{key}", "expires_on": ""})

    feed = CalendarFeed.objects.get()
    assert (feed.scope, feed.team, feed.environment) == (
        shows,
        team if shows == "team" else None,
        environment if shows == "environment" else None,
    )
    assert feed.expires_on is None
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"shows": ""}, "This field is required."),
        ({"shows": "team:999"}, "Select a valid choice. team:999 is not one of the available choices."),
        ({"shows": "environment:nowhere"}, "Select a valid choice."),
        ({"shows": "mine", "expires_on": "2026-07-13"}, "Choose a day from today on, or leave it empty."),
        ({"shows": "mine", "expires_on": "07/08/2027"}, "Write the date as 2027-06-30, or leave it empty."),
    ],
)
def test_what_cannot_be_made_is_said_at_its_field(as_owner, posted, words):
    response = as_owner.post("/calendar/", posted)

    assert words in text(response)
    assert CalendarFeed.objects.count() == 0


def test_page_lists_my_feeds_and_nobody_elses(as_owner, owner, colleague):
    make_feed(owner, "everything", expires_on=TODAY + timedelta(days=9))
    make_feed(colleague, "team", team=make_team(name="Team of somebody else"))

    page = text(as_owner.get("/calendar/"))

    assert "Your feeds 1 feed" in page
    assert "Everything I may see" in page
    assert "2026-07-23" in page
    assert "Calendar of Team of somebody else" not in page


def test_page_says_when_a_calendar_last_asked(as_owner, owner):
    feed = make_feed(owner)
    before = text(as_owner.get("/calendar/"))
    Client().get(feed.address)
    after = text(as_owner.get("/calendar/"))

    assert ("not yet" in before, "not yet" in after) == (True, False)


def test_page_without_feeds_says_the_next_step(as_owner):
    assert "No feed yet. Make one, and open its address in your calendar program." in text(as_owner.get("/calendar/"))


def test_page_says_that_an_account_belongs_to_no_person(as_security, as_owner):
    words = "Your account belongs to no person in the register yet"

    assert words in text(as_security.get("/calendar/"))
    assert words not in text(as_owner.get("/calendar/"))


def test_revoked_feed_stays_listed_without_buttons(as_owner, owner):
    feed = make_feed(owner).feed

    response = as_owner.post(f"/calendar/feeds/{feed.pk}/revoke/", follow=True)

    assert response.redirect_chain == [("/calendar/", 302)]
    assert "Revoked: What I own or back up. Calendars that still ask for it are told so." in text(response)
    assert f"/calendar/feeds/{feed.pk}/" not in response.content.decode()
    assert CalendarFeed.objects.get().revoked_at == NOW


def test_expired_feed_can_be_revoked_but_gets_no_new_address(as_owner, owner):
    feed = make_feed(owner, expires_on=TODAY - timedelta(days=1)).feed

    page = as_owner.get("/calendar/").content.decode()

    assert f"/calendar/feeds/{feed.pk}/revoke/" in page
    assert f"/calendar/feeds/{feed.pk}/reset/" not in page


def test_reset_shows_another_address_of_the_same_feed(as_owner, owner):
    old = make_feed(owner)

    response = as_owner.post(f"/calendar/feeds/{old.feed.pk}/reset/")

    assert address_in(response) != old.address
    assert (Client().get(old.address).status_code, Client().get(address_in(response)).status_code) == (404, 200)
    assert CalendarFeed.objects.count() == 1


def test_revoked_feed_gets_no_new_address(as_owner, owner):
    feed = make_feed(owner).feed
    as_owner.post(f"/calendar/feeds/{feed.pk}/revoke/")

    response = as_owner.post(f"/calendar/feeds/{feed.pk}/reset/", follow=True)

    assert "This feed was revoked. Make a new one." in text(response)


def test_revoking_twice_keeps_the_first_time(owner):
    feed = make_feed(owner).feed
    for hour in (1, 2):
        with act(actor=owner.account):
            revoke_feed(feed=feed, by=owner.account, now=NOW + timedelta(hours=hour))

    assert CalendarFeed.objects.get().revoked_at == NOW + timedelta(hours=1)


def test_every_act_is_in_the_change_log_without_the_key(as_owner, owner):
    address = address_in(as_owner.post("/calendar/", {"shows": "mine"}))
    feed = CalendarFeed.objects.get()
    as_owner.post(f"/calendar/feeds/{feed.pk}/reset/")
    as_owner.post(f"/calendar/feeds/{feed.pk}/revoke/")

    made = ChangeSet.objects.filter(actor=owner.account).order_by("pk")
    assert [(change.reason, change.source) for change in made] == [
        ("Made a calendar feed", "web"),
        ("Reset the address of a calendar feed", "web"),
        ("Revoked a calendar feed", "web"),
    ]
    assert address[-20:] not in str([row.fields for change in made for row in change.rows.all()])


@pytest.mark.parametrize("role", ["security", "owner", "auditor"])
def test_every_role_keeps_feeds_of_its_own(role):
    account = make_user(roles=(role,))
    client = Client()
    client.force_login(account)

    assert client.get("/calendar/").status_code == 200
    address = address_in(client.post("/calendar/", {"shows": "everything"}))
    feed = CalendarFeed.objects.get(account=account)
    assert Client().get(address).status_code == 200
    assert client.post(f"/calendar/feeds/{feed.pk}/reset/").status_code == 200
    assert client.post(f"/calendar/feeds/{feed.pk}/revoke/").status_code == 302


@pytest.mark.parametrize("path", ["/calendar/", "/calendar/feeds/1/reset/", "/calendar/feeds/1/revoke/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_role_or_an_account_the_pages_are_closed(client, outsider, path, method):
    anonymous = getattr(client, method)(path)
    client.force_login(outsider)
    without_role = getattr(client, method)(path)

    assert (anonymous.status_code, anonymous["Location"].partition("?")[0]) == (302, "/accounts/login/")
    assert without_role.status_code == 403


@pytest.mark.parametrize("act_on", ["reset", "revoke"])
@pytest.mark.parametrize("who", ["colleague", "security", "auditor"])
def test_feeds_of_others_do_not_exist(request, owner, act_on, who):
    feed = make_feed(owner).feed
    account = request.getfixturevalue(who)
    client = Client()
    client.force_login(getattr(account, "account", account))

    assert client.post(f"/calendar/feeds/{feed.pk}/{act_on}/").status_code == 404
    assert CalendarFeed.objects.values_list("revoked_at", "key_prefix").get() == (None, feed.key_prefix)


def test_security_may_revoke_a_feed_of_others_but_is_not_shown_its_address(owner, security, colleague):
    from django.core.exceptions import PermissionDenied  # noqa: PLC0415

    feed = make_feed(owner).feed
    for account, what in ((colleague.account, revoke_feed), (colleague.account, reset_feed), (security, reset_feed)):
        facts = {"now": NOW} if what is revoke_feed else {}
        with act(actor=account), pytest.raises(PermissionDenied):
            what(feed=feed, by=account, **facts)
    with act(actor=security):
        revoke_feed(feed=feed, by=security, now=NOW)

    assert CalendarFeed.objects.get().revoked_at == NOW


@pytest.mark.parametrize("path", ["/calendar/feeds/{}/reset/", "/calendar/feeds/{}/revoke/"])
def test_acts_need_a_post(as_owner, owner, path):
    assert as_owner.get(path.format(make_feed(owner).feed.pk)).status_code == 405


@pytest.mark.parametrize("count", [1, 3, 20])
def test_page_costs_the_same_queries_at_any_number(as_owner, owner, django_assert_num_queries, count):
    team, environment = make_team(), make_environment()
    for number in range(count):
        make_secret(name=f"prod/stripe/k{number}", owner=owner)
        make_feed(owner, "team", team=team)
        make_feed(owner, "environment", environment=environment)
    as_owner.get("/calendar/")

    with django_assert_num_queries(9):
        as_owner.get("/calendar/")
