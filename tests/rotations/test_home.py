"""What the first page gathers, and how it shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape, strip_tags

from audit.acts import acting
from audit.models import User
from contacts.models import Person
from inventory.counts import overview
from inventory.models import Secret
from inventory.wanted import Wanted, chosen
from rotations import home
from rotations.marks import revoke_old
from rotations.recent import recent
from rotations.recording import record_rotation, undo
from tests.factories import TODAY, make_environment, make_person, make_rotation, make_secret, make_type, make_user

HOSTILE = '<script>alert("x")</script>'


def work_of(user: User) -> home.Work:
    return home.work_of(user, overview=overview(today=TODAY), today=TODAY)


def said(user: User) -> list[str]:
    return [f"{task.verb} {task.secret or task.words}" for task in work_of(user).tasks]


def due_in(days: int, **fields: Any) -> Secret:
    return make_secret(next_rotation_on=TODAY + timedelta(days=days), **fields)


def record(*secrets: Secret, by: User) -> Any:
    today = timezone.localdate()
    with acting(actor=by, source="web", reason=""):
        return record_rotation(secrets=secrets, on=today, by=by, today=today)


def test_what_is_mine_and_due_is_my_work_most_urgent_first(owner: Person) -> None:
    due_in(30, name="prod/a/soon", owner=owner)
    due_in(-1, name="prod/a/late", owner=owner)
    make_secret(name="prod/a/undated", owner=owner)
    due_in(200, name="prod/a/leaked", owner=owner, status="compromised")

    assert said(owner.account) == [
        "Rotate prod/a/leaked",
        "Rotate prod/a/late",
        "Rotate prod/a/soon",
        "Rotate prod/a/undated",
    ]


def test_what_is_not_mine_not_due_waived_or_retired_is_not_my_work(owner: Person, colleague: Person) -> None:
    due_in(-1, owner=colleague)
    due_in(31, owner=owner)
    due_in(-1, owner=owner, waived_until=TODAY)
    due_in(-1, owner=owner, status="retired")
    make_secret(status="compromised", owner=colleague)

    work = work_of(owner.account)

    assert (list(work.tasks), work.count, work.owned) == ([], 0, 2)


def test_what_i_back_up_is_my_work_too(owner: Person, backup_owner: Person) -> None:
    due_in(0, name="prod/a/b", owner=owner, backup_owner=backup_owner)

    [task] = work_of(backup_owner.account).tasks

    assert task.reason == "You are its backup owner. No rotation is recorded yet. Policy is 90 days."


@pytest.mark.parametrize(("days", "words"), [(90, "Policy is 90 days."), (None, "No interval is set.")])
def test_a_task_says_why(owner: Person, days: int | None, words: str) -> None:
    kind = make_type(name="Kind", rotation_interval_days=days)
    make_secret(
        type=kind,
        owner=owner,
        last_rotated_on=TODAY - timedelta(days=96),
        next_rotation_on=TODAY,
        next_rotation_reason="Set",
    )

    [task] = work_of(owner.account).tasks

    assert task.reason == f"You own it. Last rotated 2026-04-09. {words}"


def test_a_task_leads_to_recording_or_to_its_plan(owner: Person) -> None:
    due_in(1, name="prod/a/alone", owner=owner)
    planned = due_in(2, name="prod/a/planned", owner=owner)
    plan = make_rotation(secrets=(planned,), environment=make_environment())

    tasks = work_of(owner.account).tasks

    assert [(task.button, task.href) for task in tasks] == [
        ("Record rotation", "/secrets/prod/a/alone/rotate/"),
        ("Open rotation", f"/rotations/{plan.pk}/"),
    ]
    assert tasks[1].reason == "You own it. Planned: Production, 2026-07-14."


def test_who_leads_a_rotation_is_told_until_it_is_over(owner: Person) -> None:
    make_rotation(owner=owner, environment=make_environment(), planned_on=TODAY + timedelta(days=30))
    make_rotation(owner=owner, planned_on=TODAY + timedelta(days=31))
    make_rotation(owner=owner, state="complete")

    assert said(owner.account) == ["Lead the rotation Production, 2026-08-13"]


def test_an_old_one_that_works_is_work_until_it_is_revoked(owner: Person) -> None:
    secret = make_secret(name="prod/a/key", owner=owner)
    with acting(actor=owner.account, source="web", reason=""):
        items = record_rotation(secrets=[secret], on=TODAY, by=owner.account, today=TODAY).items
    before = [(f"{task.verb} {task.words}", task.due_on) for task in work_of(owner.account).tasks]

    with acting(actor=owner.account, source="web", reason=""):
        revoke_old(items=items, by=owner.account, on=TODAY, today=TODAY)

    assert before == [("Revoke the old ones of prod/a/key", TODAY + timedelta(days=1))]
    assert said(owner.account) == []


def test_security_is_told_of_gaps_after_what_is_urgent(security: User, owner: Person, backup_owner: Person) -> None:
    make_secret(name="prod/a/leaked", status="compromised", owner=owner, backup_owner=backup_owner)
    make_secret(owner=owner)
    make_secret(backup_owner=backup_owner)
    make_secret(backup_owner=backup_owner)
    make_rotation(state="draft")

    assert said(security) == [
        "Rotate prod/a/leaked",
        "Find owners for 2 secrets",
        "Find backup owners for 1 secret",
        "Give a date to 1 draft",
    ]


def test_an_auditor_has_nothing_to_do(auditor: User) -> None:
    make_secret(status="compromised")
    make_rotation(state="draft")

    assert said(auditor) == []


def test_no_more_than_seven_tasks_are_shown_and_all_are_counted(owner: Person) -> None:
    for days in range(9):
        due_in(days, owner=owner)
    make_rotation(owner=owner)

    work = work_of(owner.account)

    assert (len(work.tasks), work.count, work.left) == (7, 10, 3)


def test_each_number_counts_exactly_the_rows_it_links_to(owner: Person, backup_owner: Person) -> None:
    people = {"owner": owner, "backup_owner": backup_owner}
    due_in(-1, **people)
    for days in (0, 30):
        due_in(days, **people)
    due_in(31, owner=owner)
    make_secret(backup_owner=backup_owner, owner=make_person(is_active=False))
    make_secret(status="retired")

    tiles = home.tiles(overview(today=TODAY))

    assert [(tile.label, tile.number, tile.href) for tile in tiles] == [
        ("Overdue", 1, "/secrets/?standing=overdue"),
        ("Due in 30 days", 2, "/secrets/?standing=due_soon"),
        ("No owner", 1, "/secrets/?owner=none"),
        ("No backup", 1, "/secrets/?backup_owner=none"),
        ("No date recorded", 1, "/secrets/?standing=no_date"),
        ("On schedule", 1, "/secrets/?standing=on_schedule"),
    ]
    for tile in tiles:
        name, _, value = tile.href.partition("?")[2].partition("=")
        assert chosen(Wanted(**{name: value}), today=TODAY).count() == tile.number
    assert tiles[-1].of == 5


def test_what_changed_is_said_in_one_line_each(client: Client, security: User) -> None:
    secret, *others = make_secret(name="prod/stripe/secret_key"), make_secret(), make_secret()
    recorded = record(secret, by=security)
    record(*others, by=security)
    with acting(actor=security, source="web", reason="Seen in a paste"):
        secret.refresh_from_db()
        secret.status = "compromised"
        secret.save()
    with acting(actor=security, source="web", reason=""):
        undo(items=recorded.items, by=security, reason="A mistake")
    client.force_login(security)

    page = strip_tags(client.get("/").content.decode())

    said = [line.strip() for line in page.splitlines() if line.startswith("Sam Security ")]
    assert [line.partition("just now")[0] for line in said] == [
        "Sam Security took back the rotation of prod/stripe/secret_key",
        "Sam Security marked prod/stripe/secret_key compromised",
        "Sam Security rotated 2 secrets",
        "Sam Security rotated prod/stripe/secret_key",
    ]


def test_only_the_last_seven_days_are_recent(security: User) -> None:
    make_secret()
    today = timezone.localdate()

    assert recent(today=today + timedelta(days=6)).count > 0
    assert recent(today=today + timedelta(days=7)).count == 0


def test_an_empty_register_begins_with_an_import(as_security: Client) -> None:
    page = as_security.get("/").content.decode()

    assert "No secrets yet." in page
    assert "Import a document</a>" in page


def test_an_empty_register_tells_others_who_fills_it(client: Client, auditor: User) -> None:
    client.force_login(auditor)

    page = client.get("/").content.decode()

    assert "Somebody of the security team imports the document" in page
    assert "Import a document" not in page


def test_the_first_button_alone_is_the_primary_one(client: Client, owner: Person) -> None:
    today = timezone.localdate()
    for days in range(3):
        make_secret(owner=owner, next_rotation_on=today + timedelta(days=days))
    client.force_login(owner.account)

    page = client.get("/").content.decode()

    assert page.count("btn--go") == 1
    assert "3 things need you." in page
    assert "All 3 secrets you own" in page


def test_an_account_of_nobody_is_told_what_is_missing(client: Client, db: None) -> None:
    make_secret()
    client.force_login(make_user(roles=("owner",)))

    assert "Your account belongs to nobody in the register yet" in client.get("/").content.decode()


def test_hostile_words_are_text(client: Client, db: None) -> None:
    person = make_person(name=HOSTILE)
    user = make_user(first_name=HOSTILE, roles=("security",), person=person)
    secret = make_secret(owner=person)
    make_rotation(owner=person, secrets=(secret,), environment=make_environment(code="x", name=HOSTILE))
    record(make_secret(), by=user)
    client.force_login(user)

    page = client.get("/").content.decode()

    assert HOSTILE not in page
    assert escape(HOSTILE) in page


@pytest.mark.parametrize("number", [1, 3, 20])
def test_the_page_costs_the_same_however_much_there_is_to_do(
    client: Client, owner: Person, django_assert_num_queries: Callable[[int], Any], number: int
) -> None:
    today = timezone.localdate()
    for days in range(number):
        secret = make_secret(owner=owner, next_rotation_on=today + timedelta(days=days))
        make_rotation(secrets=(secret,), owner=owner, planned_on=today)
    client.force_login(owner.account)

    with django_assert_num_queries(28):
        client.get("/")
