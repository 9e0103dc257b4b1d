"""The page of one secret: whom to ask, when it is due, what is missing, what was done and what may be done now."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.acts import acting
from contacts.models import Absence, EscalationStep
from contacts.working_days import next_working_day
from inventory import schedule
from rotations.models import ReminderOffset, RotationItem
from rotations.recording import record_rotation
from tests.factories import make_consumer, make_person, make_rotation, make_secret, make_team, make_type
from tests.past_the_register import write_past_the_register

pytestmark = pytest.mark.django_db
NAME = "prod/stripe/secret_key"
PAGE = f"/secrets/{NAME}/"
HOSTILE = "<script>alert(1)</script>\"'&\u202e"


@pytest.fixture
def page(client, auditor):
    client.force_login(auditor)
    return lambda: client.get(PAGE)


@pytest.fixture
def path(db):
    with acting(actor=None, source="system", reason="Made for a test"):
        for position, kind in enumerate(("owner", "backup_owner", "team_lead")):
            EscalationStep.objects.create(position=position, kind=kind)


@pytest.fixture
def notices(db):
    """The reminders of the document: 30 and 7 days before, 7 days after."""
    with acting(actor=None, source="system", reason="Made for a test"):
        ReminderOffset.objects.all().delete()
        for kind, days in (("planning", 30), ("preparation", 7), ("clean_up", -7)):
            ReminderOffset.objects.create(kind=kind, days_before=days, label=kind)


def day(days: int):
    return timezone.localdate() + timedelta(days=days)


def section(html: str, label: str) -> str:
    return re.search(rf'aria-labelledby="{label}">(.*?)</section>', html, re.DOTALL)[1]


def words(html: str) -> str:
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html).split())


def test_the_call_order_names_each_person_with_phone_slack_and_mail(page, path, owner, backup_owner):
    team = make_team(name="Ops", lead=make_person(name="Lee Lead", slack_user_id="U012345", phone="+49 30 3"))
    make_secret(name=NAME, owner=owner, backup_owner=backup_owner, team=team)

    ask = section(page().content.decode(), "ask")

    assert re.findall(r"<dt>(.*?)</dt>", ask) == ["Primary owner", "Backup owner", "Team lead, Ops"]
    assert re.findall(r'href="(tel:[^"]+|mailto:[^"]+|https://slack[^"]+)"|data-copy="([^"]+)"', ask) == [
        ("tel:+49301", ""),
        ("", "@olga"),
        ("mailto:olga@example.org", ""),
        ("tel:+49302", ""),
        ("", "@ben"),
        ("mailto:ben@example.org", ""),
        ("tel:+49303", ""),
        ("https://slack.com/app_redirect?channel=U012345", ""),
    ]
    assert re.search(r'aria-current="step"><dt>(.*?)</dt>', ask)[1] == "Primary owner"


def test_who_is_away_is_passed_over_and_gaps_are_named(page, path, owner, backup_owner):
    make_secret(name=NAME, owner=owner)
    with acting(actor=None, source="system", reason="Holidays"):
        Absence.objects.create(person=owner, first_on=day(-1), last_on=day(3))

    ask = section(page().content.decode(), "ask")

    assert f"away until {day(3)}" in words(ask)
    assert "No backup owner" in ask
    assert "aria-current" not in ask


def test_the_cycle_shows_what_is_behind_and_what_was_missed(page, notices):
    make_secret(name=NAME, last_rotated_on=day(-96), type=make_type(rotation_interval_days=90))

    steps = re.findall(
        r'<li(?: class="([^"]+)")?><b>(.*?)</b><time datetime="([^"]+)"', section(page().content.decode(), "rot")
    )

    assert steps == [
        ("is-now", "Rotated", str(day(-96))),
        ("is-now", "30 day notice", str(day(-36))),
        ("is-now", "7 day notice", str(day(-13))),
        ("is-bad", "Due, missed", str(day(-6))),
        ("", "Clean-up", str(next_working_day(day(1)))),
    ]


def test_gaps_of_the_record_are_named_with_what_mends_them(as_security):
    secret = make_secret(name=NAME, type=None)

    check = section(as_security.get(PAGE).content.decode(), "check")

    assert words(check).startswith(
        "Record check 0 of 8 No owner Choose , No owner No backup owner Choose , No backup owner No team Add"
    )
    assert f'href="/secrets/change-owner/?ids={secret.pk}"' in check
    assert f'href="{PAGE}rotate/"' in check
    assert (
        f'href="/admin/inventory/secret/{secret.pk}/change/?next=%2Fsecrets%2Fprod%2Fstripe%2Fsecret_key%2F#id_store_path"'
        in check
    )


def test_a_whole_record_has_no_gaps(page, owner, backup_owner):
    secret = make_secret(
        name=NAME,
        owner=owner,
        backup_owner=backup_owner,
        team=make_team(),
        last_rotated_on=day(-1),
        store_path="kv/prod/stripe",
        runbook_url="https://wiki.example.org/stripe",
    )
    make_consumer(secret=secret, name="checkout", note="restart it")

    html = page().content.decode()

    assert words(section(html, "check")).startswith("Record check 8 of 8")
    assert "checkout restart it" in words(section(html, "lives"))


def test_buttons_stand_only_for_those_who_may(client, security, auditor, owner, colleague, backup_owner):
    secret = make_secret(name=NAME, owner=owner, backup_owner=backup_owner)
    make_rotation(secrets=(secret,), owner=colleague, planned_on=day(3))
    shown = {}

    for user in (security, auditor, owner.account, backup_owner.account, colleague.account):
        client.force_login(user)
        html = client.get(PAGE).content.decode()
        shown[user.username] = re.findall(r"(?<=</svg>)(Edit|Hand over|Record rotation)(?=</a>)", html)

    everything = ["Edit", "Hand over", "Record rotation"]
    assert shown == {"sam": everything, "ada": [], "olga": everything, "ben": everything, "cleo": ["Record rotation"]}


def test_rotations_and_changes_stand_newest_first(page, security, owner):
    secret = make_secret(name=NAME)
    past = make_rotation(state="complete", completed_on=day(-40))
    coming = make_rotation(secrets=(secret,), planned_on=day(5))
    with acting(actor=security, source="web", reason="Olga knows it best"), schedule.recording():
        RotationItem.objects.create(
            rotation=past, secret=secret, outcome="rotated", rotated_on=day(-40), recorded_by=security, note="went well"
        )
        secret.owner = owner
        secret.save()

    html = page().content.decode()

    rotations, history = words(section(html, "rots")), words(section(html, "history"))
    assert rotations.startswith(
        f"Rotations {coming} : to do planned for {day(5)} {past} : rotated by Sam Security . “went well”"
    )
    assert history.startswith(
        "History All 2 changes Owner changed from No owner to Olga Owner by Sam Security . “Olga knows it best”"
    )
    assert f'href="/changes/?object=inventory.secret:{secret.pk}"' in html


def test_a_rotation_stands_in_the_history_as_one(page, security):
    secret = make_secret(name=NAME, last_rotated_on=day(-40))
    with acting(actor=security, source="web", reason="Quarterly"):
        record_rotation(secrets=[secret], on=day(-1), by=security, today=day(0), note="Quarterly")

    history = words(section(page().content.decode(), "history"))

    assert f"Rotated on {day(-1)}, recorded by Sam Security . “Quarterly”" in history


@pytest.mark.parametrize(
    "name", ["prod/stripe/nothing", "prod/redis/secret_key", "PROD/stripe/secret_key", "a/b/c", "a/%00/c"]
)
def test_an_unknown_name_is_not_found(page, client, name):
    make_secret(name=NAME)
    page()

    assert client.get(f"/secrets/{name}/").status_code == 404


def test_the_page_is_closed_to_those_without_a_role(client, outsider):
    make_secret(name=NAME)

    signed_out = client.get(PAGE).status_code
    client.force_login(outsider)

    assert (signed_out, client.get(PAGE).status_code) == (302, 403)


def test_a_retired_secret_needs_nothing(as_security):
    make_secret(name=NAME, status="retired")

    html = as_security.get(PAGE).content.decode()

    assert ("Record check" in html, "Record rotation" in html, "Retired" in html) == (False, False, True)


def test_hostile_words_are_shown_as_words_and_lead_nowhere(page, path):
    secret = make_secret(name=NAME, owner=make_person(name=HOSTILE), purpose=HOSTILE, opens=HOSTILE, store_path=HOSTILE)
    make_consumer(secret=secret, name=HOSTILE, note=HOSTILE)
    for table, column in (("inventory_secret", "runbook_url"), ("inventory_secret", "provider_url")):
        write_past_the_register(f"UPDATE {table} SET {column} = %s", ["javascript:alert(1)"])

    html = page().content.decode()

    assert "<script>alert" not in html
    assert "javascript:alert" not in html


@pytest.mark.parametrize("number", [1, 3, 20])
def test_the_cost_does_not_grow_with_what_is_known(
    page, path, notices, number, owner, security, django_assert_num_queries
):
    secret = make_secret(name=NAME, owner=owner)
    for n in range(number):
        make_consumer(secret=secret)
        make_rotation(secrets=(secret,), planned_on=day(n))
        with acting(actor=security, source="web", reason=f"Change {n}"):
            secret.purpose = f"Purpose {n}"
            secret.save()

    with django_assert_num_queries(12):
        page()
