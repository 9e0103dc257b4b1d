"""Feeds over HTTP: who gets what, what is told to programs, and what it costs."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rotations import feed_bodies, feeds
from rotations.calendar import event_bytes
from rotations.models import CalendarFeed, CalendarVersion
from tests.factories import make_person, make_rotation, make_secret
from tests.rotations.feed_factories import act, make_feed, set_reminders
from tests.rotations.strict_calendar import parse

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 14, 10, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _noon(monkeypatch, db):
    set_reminders()
    set_the_clock(monkeypatch, NOW)
    feed_bodies.kept.clear()
    event_bytes.cache_clear()


def set_the_clock(monkeypatch, now):
    monkeypatch.setattr(timezone, "now", lambda: now)


def summaries(response) -> list[str]:
    return [event["SUMMARY"] for event in parse(response.content)[1]]


def calendar_name(response) -> str:
    return parse(response.content)[0]["X-WR-CALNAME"]


@pytest.fixture
def secret(owner):
    return make_secret(name="prod/stripe/secret_key", owner=owner, next_rotation_on=TODAY + timedelta(days=3))


def test_feed_is_a_calendar_for_whoever_has_its_address(client, owner, secret):
    response = client.get(make_feed(owner).address)

    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert summaries(response) == ["1 secret due for rotation - Production"]
    assert calendar_name(response) == "Northwind secrets - mine"


def test_feed_says_what_caches_referrers_and_search_engines_may_do(client, owner, secret):
    response = client.get(make_feed(owner).address)

    assert response["Cache-Control"] == "private, no-cache"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"
    assert "Content-Disposition" not in response
    assert not response.cookies
    assert re.fullmatch(r'"[0-9a-f]{32}"', response["ETag"])


def test_head_says_the_same_without_the_calendar(client, owner, secret):
    address = make_feed(owner).address

    got, head = client.get(address), client.head(address)

    assert (head.status_code, head.content) == (200, b"")
    assert (head["ETag"], head["Content-Length"]) == (got["ETag"], got["Content-Length"])


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_feed_can_only_be_read(owner, secret, method):
    address = make_feed(owner).address

    response = getattr(Client(enforce_csrf_checks=False), method)(address)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "key", ["x", "A" * 55, "..%2F..%2Fetc", "%00", "%F0%9F%94%91" * 20, "a" * 5000, "%ED%A0%80", "'%20OR%201=1--"]
)
def test_unknown_key_is_not_found_and_never_sent_to_the_login_page(client, owner, secret, key):
    make_feed(owner)

    assert client.get(f"/calendar/{key}.ics").status_code == 404


def test_key_with_the_right_beginning_and_a_wrong_rest_is_not_found(client, owner, secret):
    address = make_feed(owner).address
    wrong = address[:-10] + ("A" if address[-10] != "A" else "B") + address[-9:]

    assert (client.get(wrong).status_code, client.get(address).status_code) == (404, 200)


def test_unknown_key_costs_the_same_query_as_a_known_one(client, owner, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(f"/calendar/{'A' * 55}.ics")


def test_key_stands_nowhere_in_the_database(owner, secret):
    address = make_feed(owner).address
    key = address.rsplit("/", 1)[1].removesuffix(".ics")
    row = CalendarFeed.objects.values().get()

    assert key not in str(row)
    assert key[12:] not in str(list(CalendarFeed.history.values())) + str(row)
    assert str(CalendarFeed.objects.get().history.first().change_set.rows.get().fields).count(row["key_hash"]) == 0


def test_key_stands_in_no_log(client, owner, secret, caplog, monkeypatch):
    address = make_feed(owner).address

    def broken(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr(feeds, "body_of", broken)
    quiet = Client(raise_request_exception=False)
    assert quiet.get(address).status_code == 500

    from config.logging import mask  # noqa: PLC0415

    key = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert all(key not in mask(record.getMessage()) for record in caplog.records)


def test_unchanged_feed_is_not_sent_again(client, owner, secret):
    address = make_feed(owner).address
    first = client.get(address)

    second = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert (second.status_code, second.content) == (304, b"")
    assert (second["ETag"], second["Cache-Control"]) == (first["ETag"], "private, no-cache")


@pytest.mark.parametrize("count", [1, 3, 20])
def test_unchanged_feed_costs_one_query_whatever_it_holds(client, owner, django_assert_num_queries, count):
    for number in range(count):
        make_secret(name=f"prod/stripe/k{number}", owner=owner, next_rotation_on=TODAY + timedelta(days=number))
    address = make_feed(owner).address
    tag = client.get(address)["ETag"]

    with django_assert_num_queries(1):
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("count", [1, 3, 20])
@pytest.mark.parametrize("scope", ["mine", "everything"])
def test_feed_costs_the_same_queries_at_any_number(client, owner, django_assert_num_queries, count, scope):
    set_reminders(planning=30)
    for number in range(count):
        planned = make_secret(name=f"prod/stripe/k{number}", owner=owner)
        make_secret(name=f"prod/openai/k{number}", owner=owner, next_rotation_on=TODAY + timedelta(days=number))
        make_rotation(secrets=(planned,), planned_on=TODAY)
    address = make_feed(owner, scope).address
    client.get(address)
    feed_bodies.kept.clear()

    with django_assert_num_queries(15 if scope == "mine" else 13):
        response = client.get(address)
    with django_assert_num_queries(3):
        again = client.get(address)

    assert (len(summaries(response)), again.content) == (3 * count, response.content)


def test_feeds_of_the_same_state_are_equal_to_the_byte(client, owner, secret):
    make_rotation(secrets=(make_secret(name="prod/openai/key", owner=owner),), planned_on=TODAY)
    address = make_feed(owner, "everything").address

    first = client.get(address)
    feed_bodies.kept.clear()
    event_bytes.cache_clear()
    second = client.get(address)

    assert (first.content, first["ETag"]) == (second.content, second["ETag"])


@pytest.mark.parametrize(
    "change",
    [
        lambda secret: setattr(secret, "status", "retired"),
        lambda secret: setattr(secret, "owner", make_person(name="Somebody Else")),
        lambda secret: setattr(secret, "next_rotation_on", TODAY + timedelta(days=9)),
    ],
)
def test_change_of_a_secret_changes_tag_and_bytes(client, owner, secret, change):
    address = make_feed(owner, "everything").address
    before = client.get(address)
    with act():
        change(secret)
        secret.save()
    after = client.get(address, headers={"If-None-Match": before["ETag"]})

    assert (after.status_code, after.content != before.content) == (200, True)


def test_renamed_owner_is_seen_at_the_next_fetch(client, owner, secret):
    address = make_feed(owner).address
    before = client.get(address)
    with act():
        owner.name = "Olga Renamed"
        owner.save()
    after = client.get(address, headers={"If-None-Match": before["ETag"]})

    assert "Olga Renamed" in parse(after.content)[1][0]["DESCRIPTION"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("PLATFORM_NAME", "Southwind"), ("SITE_URL", "http://other.example"), ("TIME_ZONE", "Asia/Tokyo")],
)
def test_settings_change_the_tag(client, owner, secret, settings, name, value):
    address = make_feed(owner).address
    before = client.get(address)["ETag"]

    setattr(settings, name, value)

    assert client.get(address)["ETag"] != before


def test_midnight_changes_the_tag(client, owner, secret, monkeypatch):
    address = make_feed(owner).address
    tags = []
    for now in (datetime(2026, 7, 14, 21, 59, tzinfo=UTC), datetime(2026, 7, 14, 22, 0, tzinfo=UTC)):  # Berlin
        set_the_clock(monkeypatch, now)
        tags.append(client.get(address)["ETag"])

    assert tags[0] != tags[1]


def test_last_use_is_noted_at_most_hourly_and_leaves_no_history(client, owner, secret, monkeypatch):
    feed = make_feed(owner)
    noted = []
    for minutes in (0, 59, 60, 61):
        set_the_clock(monkeypatch, NOW + timedelta(minutes=minutes))
        version = CalendarVersion.objects.get().number
        client.get(feed.address)
        noted.append(CalendarFeed.objects.get().last_used_at)

    hour = NOW + timedelta(hours=1)
    assert noted == [NOW, NOW, hour, hour]
    assert CalendarFeed.history.count() == 1
    assert CalendarVersion.objects.get().number == version
