"""What a feed answers: its calendar, or in plain words why there is none any more."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from audit.models import RoleGrant
from rotations import calendar, feed_bodies
from rotations.calendar import event_bytes
from rotations.feed_acts import reset_feed, revoke_feed
from tests.factories import make_environment, make_person, make_rotation, make_secret, make_team, make_user
from tests.past_the_register import write_past_the_register
from tests.rotations.feed_factories import act, make_feed, set_reminders
from tests.rotations.strict_calendar import parse

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 14, 10, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _noon(monkeypatch, db):
    set_reminders()
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    feed_bodies.kept.clear()
    event_bytes.cache_clear()


def summaries(response) -> list[str]:
    return [event["SUMMARY"] for event in parse(response.content)[1]]


def calendar_name(response) -> str:
    return parse(response.content)[0]["X-WR-CALNAME"]


@pytest.fixture
def secret(owner):
    return make_secret(name="prod/stripe/secret_key", owner=owner, next_rotation_on=TODAY + timedelta(days=3))


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
    write_past_the_register("UPDATE audit_user SET is_active = %s", [False])

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
