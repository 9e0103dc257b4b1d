"""What an evidence pack holds: each part, in the names of its day, with how much of the whole it covers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test import override_settings

from audit import reviewing
from audit.acts import acting
from audit.ledger import sealing
from audit.models import ChangeSet, RoleGrant, User
from inventory.ownership import hand_over
from rotations.feed_acts import make_feed
from rotations.recording import record_rotation, undo
from tests.documents.evidence import AS_OF, SECOND_QUARTER, noon, opened
from tests.factories import make_consumer, make_person, make_secret, make_team, make_type, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_acts")]


@pytest.fixture
def at():
    """`with at(6, 1):` is an act at noon of that day of 2026; `by` is its actor."""
    with override_settings(DEMO=True):
        yield lambda month, day, by=None, reason="Told for a test": acting(
            actor=by, source="web" if by else "system", reason=reason, at=noon(month, day)
        )


def record(secret, month, day, by, at, **more):
    on = date(2026, month, day)
    with at(month, day, by):
        secret.refresh_from_db()
        return record_rotation(secrets=[secret], on=on, by=by, today=on, **more)


def test_the_inventory_is_that_of_the_day(at):
    with at(6, 1):
        kind = make_type(name="API Keys", responsible_team=make_team(name="Ops"))
        owner = make_person(name="Olga Before", phone="+49 30 5550199")
        secret = make_secret(name="prod/stripe/key", type=kind, owner=owner, next_rotation_on=date(2026, 6, 29))
        make_consumer(secret=secret, name="worker")
        make_secret(name="dev/stripe/old", type=kind, status="retired")
    with at(7, 1):
        owner.name = "Olga After"
        owner.save()
        make_secret(name="prod/stripe/later")

    pack = opened()

    first, second = pack.table("inventory")
    assert (first["name"], first["status"], first["standing"]) == ("dev/stripe/old", "retired", "")
    assert {name: second[name] for name in ("name", "owner", "team", "standing", "used_by", "interval_is")} == {
        "name": "prod/stripe/key",
        "owner": "Olga Before",
        "team": "Ops",
        "standing": "overdue",
        "used_by": "worker",
        "interval_is": "the type's",
    }
    assert pack.covers("inventory") == "2 of 2 secrets"
    assert [name for name, part in pack.parts.items() if b"5550199" in part] == []


def test_phone_numbers_are_there_where_they_are_asked_for(at):
    with at(6, 1):
        make_secret(owner=make_person(phone="+49 30 5550199"))

    pack = opened(replace(SECOND_QUARTER, with_phones=True))

    (row,) = pack.table("inventory")
    assert (row["owner_phone"], row["backup_owner_phone"]) == ("'+49 30 5550199", "")
    assert "Phone: nothing → +49 30 5550199" in pack.parts["changes.csv"].decode()


def test_an_environment_narrows_it_and_says_how_many_there_are(at, security):
    with at(4, 2):
        prod, dev = make_secret(name="prod/stripe/key"), make_secret(name="dev/stripe/key")
    for secret in (prod, dev):
        record(secret, 4, 3, security, at)
        with at(4, 4, security):
            hand_over(secrets=[secret], by=security, reason="New", owner=make_person())

    pack = opened(replace(SECOND_QUARTER, environment="prod"))

    assert [row["name"] for row in pack.table("inventory")] == ["prod/stripe/key"]
    assert {name: told["covers"] for name, told in pack.manifest["counts"].items()} == {
        "inventory": "1 of 2 secrets",
        "rotations-due": "1 of 2 secrets",
        "rotations-recorded": "1 of 2 rotations",
        "ownership": "1 of 2 ownership changes",
        "changes": "3 of 5 change sets",
        "access": "1 of 1 accounts",
        "calendar-addresses": "0 of 0 addresses",
    }
    assert pack.manifest["filter"]["words"] == "Environment: Production, phone numbers left out"


def test_every_secret_says_what_became_of_its_due_dates(at, security):
    with at(1, 2):
        kind = make_type(name="Yearly", rotation_interval_days=365)
        due = {"type": kind, "next_rotation_on": date(2026, 5, 10)}
        late, early = make_secret(name="prod/a/late", **due), make_secret(name="prod/b/early", **due)
        make_secret(name="prod/c/missed", **due)
        make_secret(name="prod/d/waived", **due, waived_until=date(2026, 9, 1))
        make_secret(name="prod/e/never", type=kind)
        make_secret(name="prod/f/nothing", type=None, next_rotation_on=date(2026, 12, 1))
        undone = make_secret(name="prod/g/undone", **due)
    record(late, 5, 13, security, at)
    record(early, 5, 1, security, at)
    done = record(undone, 5, 2, security, at)
    with at(5, 2, security):
        undo(items=done.items, by=security, reason="Mistake")

    pack = opened()

    rows = pack.table("rotations-due")
    assert [
        (row["secret"][5:], row["due_on"], row["outcome"], row["days_late"], row["rotated_on"]) for row in rows
    ] == [
        ("a/late", "2026-05-10", "late", "3", "2026-05-13"),
        ("b/early", "2026-05-10", "on time", "", "2026-05-01"),
        ("c/missed", "2026-05-10", "not rotated", "51", ""),
        ("d/waived", "2026-05-10", "waived", "", ""),
        ("e/never", "", "never rotated", "", ""),
        ("f/nothing", "2026-12-01", "nothing due", "", ""),
        ("g/undone", "2026-05-10", "not rotated", "51", ""),
    ]
    assert (rows[3]["waived_until"], rows[3]["waived_reason"]) == ("2026-09-01", "Approved for a test")
    assert pack.covers("rotations-due") == "7 of 7 secrets"
    assert [row["secret"] for row in pack.table("rotations-recorded")] == ["prod/b/early", "prod/a/late"]


def test_what_was_recorded_says_who_when_and_what_proves_it(at, security):
    with at(4, 2):
        secret = make_secret(name="prod/stripe/key")
    (item,) = record(secret, 5, 13, security, at, note="By hand", evidence="OPS-1").items
    with at(5, 14, security):
        item.verified_on, item.old_revoked_on = date(2026, 5, 14), date(2026, 5, 14)
        item.save()
    with at(7, 1, security):
        security.last_name = "Renamed"
        security.save()

    (row,) = opened().table("rotations-recorded")

    assert row == {
        "secret": "prod/stripe/key",
        "rotated_on": "2026-05-13",
        "recorded_by": "Sam Security",
        "recorded_at": "2026-05-13 12:00:00+02:00",
        "kind": "scheduled",
        "rotation": str(item.rotation_id),
        "evidence": "OPS-1",
        "verified_on": "2026-05-14",
        "old_revoked_on": "2026-05-14",
        "note": "By hand",
    }


def test_ownership_changes_name_who_had_it_and_who_got_it(at, security):
    with at(3, 1):
        olga, ben = make_person(name="Olga"), make_person(name="Ben")
        secret = make_secret(name="prod/stripe/key", owner=olga)
    with at(5, 2, security, "Moved on"):
        hand_over(secrets=[secret], by=security, reason="Moved on", owner=ben)
    with at(5, 3, security, "Set by type"):
        secret.refresh_from_db()
        secret.type.responsible_team = make_team(name="Ops")
        secret.type.save()
    with at(7, 1):
        ben.name = "Benjamin"
        ben.save()

    rows = opened().table("ownership")

    assert [tuple(row.values())[:-1] for row in rows] == [
        ("2026-05-02 12:00:00+02:00", "prod/stripe/key", "Owner", "Olga", "Ben", "Sam Security", "Moved on"),
        ("2026-05-03 12:00:00+02:00", "API Keys", "Responsible team", "", "Ops", "Sam Security", "Set by type"),
    ]


def test_changes_are_those_of_the_period_with_author_and_reason(at, security):
    with at(3, 31):
        secret = make_secret(name="prod/stripe/key")
    with at(4, 1, security, "Wrote it down"):
        secret.purpose = "Payments"
        secret.save()
    with at(7, 1, security, "Later"):
        secret.purpose = "Later"
        secret.save()

    pack = opened()

    (row,) = pack.table("changes")
    assert row == {
        "entry": str(ChangeSet.objects.get(reason="Wrote it down").pk),
        "at": "2026-04-01 12:00:00+02:00",
        "by": "Sam Security",
        "through": "Page",
        "reason": "Wrote it down",
        "kind": "secret",
        "what": "prod/stripe/key",
        "done": "changed",
        "before_and_after": "Purpose: nothing → Payments",
        "reviewed": "",
    }
    assert pack.covers("changes") == "1 of 1 change sets"


def test_changes_show_who_reviewed_them_by_that_day(at, security):
    second = make_user(username="sina", first_name="Sina", last_name="Second", roles=("security",))
    with at(4, 1, security, "Wrote it down"):
        make_secret(name="prod/stripe/key")
    made = ChangeSet.objects.get(reason="Wrote it down")
    reviewing.object_to(made, by=second, comment="Nobody asked", at=noon(6, 1))
    sealing.seal(connection)
    reviewing.review_one(made, by=second, at=noon(7, 2))

    (row,) = [row for row in opened().table("changes") if row["what"] == "prod/stripe/key"]

    assert row["reviewed"] == "Objected by Sina Second at 2026-06-01 12:00:00+02:00: Nobody asked"


def test_accounts_show_their_roles_of_that_day_and_who_granted_them(at):
    with at(4, 1):
        lena = make_user(username="lena", first_name="Lena", last_name="Fischer", is_superuser=True)
        left = make_user(username="left", roles=("owner",), person=make_person(name="Left Person"))
    with at(4, 2, lena):
        RoleGrant.objects.create(user=left, role="auditor")
        User.objects.filter(pk=left.pk).update(is_active=False)
    with at(7, 1, lena):
        RoleGrant.objects.all().delete()

    pack = opened()

    rows = {row["account"]: row for row in pack.table("access")}
    assert [rows["lena"][name] for name in ("active", "superuser", "roles")] == ["yes", "yes", "security"]
    assert [rows["left"][name] for name in ("person", "active", "roles", "granted")] == [
        "Left Person",
        "no",
        "auditor, owner",
        "auditor by Lena Fischer at 2026-04-02 12:00:00+02:00; owner by the system at 2026-04-01 12:00:00+02:00",
    ]
    assert pack.covers("access") == "2 of 2 accounts"


def test_calendar_addresses_are_listed_and_their_keys_are_not(at, security):
    with at(5, 1, security):
        made = make_feed(by=security, scope="everything")

    pack = opened()

    (row,) = pack.table("calendar-addresses")
    assert (row["account"], row["holds"], row["state"]) == ("sam", "Everything I may see", "open")
    key = made.address.rsplit("/", 1)[1].removesuffix(".ics")
    assert [name for name, part in pack.parts.items() if key[:8].encode() in part] == []


@pytest.mark.parametrize("number", [1, 3])
def test_the_cost_in_queries_does_not_grow(at, security, number, django_assert_num_queries):
    for day in range(number):
        with at(4, 1 + day):
            secret = make_secret(owner=make_person(account=make_user()), team=make_team())
            make_consumer(secret=secret)
        record(secret, 5, 1 + day, security, at)

    with django_assert_num_queries(17):
        opened()


def test_an_empty_register_makes_a_pack_too():
    pack = opened()

    assert (pack.covers("inventory"), pack.table("changes")) == ("0 of 0 secrets", [])
    assert pack.manifest["as_of"] == {"day": str(AS_OF), "ends_at": "2026-06-30T22:00:00+00:00"}
