"""Feeds over HTTP: who gets what, what is told to programs, and what it costs."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import RoleGrant
from rotations import feed_bodies, feeds
from rotations.calendar import event_bytes
from rotations.feed_acts import reset_feed, revoke_feed
from rotations.models import CalendarFeed, CalendarVersion
from tests.factories import make_environment, make_person, make_rotation, make_secret, make_team, make_user
from tests.rotations.feed_factories import act, make_feed, set_reminders
from tests.rotations.strict_calendar import parse

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 14, 10, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
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


@pytest.mark.parametrize("count", [1, 3, 50])
def test_unchanged_feed_costs_two_queries_whatever_it_holds(client, owner, django_assert_num_queries, count):
    for number in range(count):
        make_secret(name=f"prod/stripe/k{number}", owner=owner, next_rotation_on=TODAY + timedelta(days=number))
    address = make_feed(owner).address
    tag = client.get(address)["ETag"]

    with django_assert_num_queries(2):
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("count", [1, 3, 50])
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
    with django_assert_num_queries(4):
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


def test_revoked_feed_says_so_in_a_calendar_and_shows_nothing_else(client, owner, secret):
    feed = make_feed(owner)
    tag = client.get(feed.address)["ETag"]
    with act(actor=owner.account):
        revoke_feed(feed=feed.feed, by=owner.account, now=NOW)

    response = client.get(feed.address, headers={"If-None-Match": tag})

    assert response.status_code == 200
    assert summaries(response) == ["This calendar feed was revoked on 2026-07-14."]
    assert calendar_name(response) == "Northwind secrets - mine (ended)"
    assert b"stripe" not in response.content


@pytest.mark.parametrize(("days", "is_open"), [(-1, False), (0, True), (1, True)])
def test_feed_works_until_its_last_day_is_over(client, owner, secret, days, is_open):
    day = TODAY + timedelta(days=days)

    response = client.get(make_feed(owner, expires_on=day).address)

    assert summaries(response) == (
        ["1 secret due for rotation - Production"] if is_open else [f"This calendar feed expired on {day}."]
    )


@pytest.mark.parametrize("how", ["role", "account"])
def test_feed_ends_with_the_rights_of_its_account(client, owner, secret, how):
    feed = make_feed(owner, "everything")
    before = client.get(feed.address)
    with act():
        if how == "role":
            RoleGrant.objects.filter(user=owner.account).delete()
        else:
            owner.account.is_active = False
            owner.account.save()

    after = client.get(feed.address, headers={"If-None-Match": before["ETag"]})

    assert summaries(after) == ["The account that made this calendar feed may no longer see the register."]


def test_rights_are_asked_even_if_nothing_recorded_changed(client, owner, secret):
    feed = make_feed(owner, "everything")
    client.get(feed.address)
    type(owner.account)._base_manager.filter(pk=owner.account_id)._update(
        [(owner.account._meta.get_field("is_active"), None, False)]
    )

    response = client.get(feed.address)

    assert summaries(response) == ["The account that made this calendar feed may no longer see the register."]


def test_reset_feed_has_another_address_and_the_old_one_is_unknown(client, owner, secret):
    old = make_feed(owner)
    with act(actor=owner.account):
        new = reset_feed(feed=old.feed, by=owner.account)

    assert new.feed.pk == old.feed.pk
    assert (client.get(old.address).status_code, client.get(new.address).status_code) == (404, 200)


def test_feed_without_anything_in_it_is_still_a_calendar(client, colleague):
    response = client.get(make_feed(colleague).address)

    assert summaries(response) == ["Nothing is planned or due yet"]


def test_feeds_are_named_for_what_they_show(client, security):
    team, environment = make_team(name="DevOps"), make_environment()

    names = [
        calendar_name(client.get(feed.address))
        for feed in (
            make_feed(security, "everything"),
            make_feed(security, "team", team=team),
            make_feed(security, "environment", environment=environment),
        )
    ]

    assert names == ["Northwind secrets - all", "Northwind secrets - DevOps", "Northwind secrets - Production"]


@pytest.mark.parametrize("role", ["security", "owner", "auditor"])
def test_feed_of_everything_shows_everything_to_every_role(client, secret, role):
    account = make_user(roles=(role,))

    assert summaries(client.get(make_feed(account, "everything").address)) == ["1 secret due for rotation - Production"]


def test_mine_shows_nothing_of_others(client, owner, colleague, secret):
    make_rotation(secrets=(secret,), planned_on=TODAY)

    response = client.get(make_feed(colleague).address)

    assert b"stripe" not in response.content
    assert summaries(response) == ["Nothing is planned or due yet"]


@pytest.mark.parametrize("hostile", ["\r\nBEGIN:VEVENT", "\x0b\x1b\x85", 'a;b,c\\N:"x"', "\u202e👩🏽‍🔬" * 10])
def test_hostile_names_neither_break_the_feed_nor_add_to_it(client, owner, hostile):
    environment = make_environment(code="prod", name="Production" + hostile)
    person = make_person(name="Eve" + hostile, email="eve@example.org")
    secret = make_secret(name="prod/stripe/key", owner=person)
    make_rotation(secrets=(secret,), planned_on=TODAY, notes=hostile, environment=environment)
    make_secret(name="prod/stripe/other", owner=person, next_rotation_on=TODAY)

    assert len(summaries(client.get(make_feed(owner, "everything").address))) == 2


def test_one_row_that_cannot_be_written_does_not_kill_the_feed(client, owner, secret, monkeypatch, caplog):
    rotation = make_rotation(secrets=(make_secret(owner=owner),), planned_on=TODAY)
    type(rotation)._base_manager.filter(pk=rotation.pk)._update([(rotation._meta.get_field("sequence"), None, 10**9)])
    from rotations import calendar  # noqa: PLC0415

    written = calendar._written

    def fails_for_rotations(entry):
        if entry.kind == "Rotation":
            raise ValueError(entry.description)
        return written(entry)

    monkeypatch.setattr(calendar, "_written", fails_for_rotations)

    response = client.get(make_feed(owner, "everything").address)

    assert summaries(response) == ["1 secret due for rotation - Production"]
    assert "Steps" not in caplog.text


def test_kept_bodies_stay_within_their_bound(monkeypatch):
    monkeypatch.setattr(feed_bodies, "KEPT_BYTES", 100)
    kept = feed_bodies.KeptBodies()
    for name in "abc":
        kept.put(name, name.encode() * 40)
    kept.get("b")
    kept.put("d", b"d" * 40)

    assert [kept.get(name) is not None for name in "abcd"] == [False, True, False, True]
    assert kept._size == 80
