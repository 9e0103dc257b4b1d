"""Every address against every role: a page without a row in docs/permissions.md fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern
from django.utils import timezone

from audit.acts import acting
from audit.models import ChangeSet, User
from audit.reviewing import object_to
from documents.evidence.recording import make_pack
from documents.evidence.wish import Wish
from inventory import schedule
from rotations.answer_keys import answer_key
from rotations.feed_acts import make_feed
from rotations.models import Acknowledgement, Reminder, ReminderMessage, RotationItem, RotationTask
from rotations.recording import record_rotation
from tests.factories import TODAY, make_team
from tests.permissions.tables import table
from tests.permissions.test_verbs import Things, person_with, things_of

ROWS = table("Pages")
# Who asks, the column that says what they may, and whether what they ask for is theirs.
WHO = [
    ("signed out", "signed out", False),
    ("without a role", "no role", True),
    ("without a role, of others", "no role", False),
    ("owner of this", "owner", True),
    ("owner of another", "owner", False),
    ("security", "security", False),
    ("security, of their own", "security", True),
    ("auditor", "auditor", False),
    ("auditor, of their own", "auditor", True),
]


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every named address of the site with its full name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from addresses(pattern, inner)
        elif pattern.name or prefix != "admin:":  # the admin's last one answers 404 to whatever it is asked
            yield f"{prefix}{pattern.name}", pattern


def some_address(name: str, pattern: URLPattern) -> str:
    """Return an address that leads to the page, with made-up arguments."""
    if isinstance(pattern.pattern, RegexPattern):
        groups = pattern.pattern.regex
        named = {key: "audit" if key == "app_label" else "x" for key in groups.groupindex}
        return reverse(name, args=() if named else ["x"] * groups.groups, kwargs=named)
    kinds = {key: type(kind).__name__ for key, kind in pattern.pattern.converters.items()}
    return reverse(name, kwargs={key: 1 if kind == "IntConverter" else "x" for key, kind in kinds.items()})


PAGES = {name: pattern for name, pattern in addresses() if not name.startswith("admin:")}


def recorded(things: Things) -> str:
    """Return the key of an item that was recorded a moment ago, of a secret that is theirs."""
    account = things.person.account
    with acting(actor=account, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        done = record_rotation(secrets=things.secrets[:1], on=TODAY, by=_all_powerful(), today=TODAY)
    return str(done.items[0].pk)


def _all_powerful() -> User:
    return person_with("security").account


def objected(things: Things) -> int:
    """Return the key of a change of theirs that somebody objected to."""
    objector = _all_powerful()
    object_to(things.change_set, by=objector, comment="Not this way", at=things.change_set.at)
    return things.change_set.pk


def name_parts(things: Things) -> dict[str, str]:
    secret = things.secrets[0]
    return {
        "environment": secret.environment_id,
        "service": secret.service_id,
        "credential_type": secret.credential_type,
    }


def feed_key(things: Things) -> str:
    account = _all_powerful()
    with acting(actor=account, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        return make_feed(by=account, scope="everything").address.rsplit("/", 1)[1].removesuffix(".ics")


def evidence_pack(things: Things) -> dict[str, Any]:
    wish = Wish(as_of=TODAY, first_on=TODAY, last_on=TODAY)
    return {"pk": make_pack(wish, by=_all_powerful(), at=timezone.now(), through="web")[1].pk}


def with_item(things: Things, outcome: str, **values: Any) -> dict[str, Any]:
    """Give a rotation of theirs one item, and return the rotation's key."""
    values |= {"outcome": outcome, "rotated_on": TODAY if outcome == "rotated" else None, "note": "Made"}
    act = acting(actor=things.person.account, source=ChangeSet.Source.SYSTEM, reason="Made for a test")
    with act, schedule.recording():
        RotationItem.objects.update_or_create(rotation=things.rotation, secret=things.secrets[1], defaults=values)
    return {"pk": things.rotation.pk}


def item_of(things: Things) -> int:
    return things.rotation.items.get().pk


def task_of(things: Things, kind: str = "step") -> dict[str, Any]:
    with acting(actor=things.person.account, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        return {
            "pk": RotationTask.objects.get_or_create(rotation=things.rotation, words=f"Tell {kind}", kind=kind)[0].pk
        }


OF_A_ROTATION = ("evidence", "plan_for", "complete", "cancel", "reopen", "add_step", "add_note")


def answer(things: Things) -> dict[str, Any]:
    message = ReminderMessage.objects.create(person=things.person, channel="email", on=TODAY)
    values = {"clock": "due", "due_on": TODAY, "days": 0, "secret": things.secrets[0], "channel": "email"}
    Reminder.objects.create(message=message, person=things.person, **values)
    return {"key": answer_key(message)}


def quiet(things: Things) -> dict[str, Any]:
    with acting(actor=things.person.account, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        values = {"person": things.person, "secret": things.secrets[0], "until_on": TODAY}
        return {"pk": Acknowledgement.objects.create(**values).pk}


# The arguments of addresses, and what is sent along.
ARGUMENTS: dict[str, Callable[[Things], dict[str, Any]]] = {
    "audit:change_set": lambda things: {"pk": ChangeSet.objects.order_by("pk")[0].pk},
    "audit:review_one": lambda things: {"pk": things.change_set.pk},
    "audit:object": lambda things: {"pk": things.change_set.pk},
    "audit:answer": lambda things: {"pk": objected(things)},
    "audit:take_back": lambda things: {"pk": objected(things)},
    "contacts:person": lambda things: {"pk": things.person.pk},
    "contacts:team": lambda things: {"pk": make_team().pk},
    "documents:evidence_pack": evidence_pack,
    "inventory:secret": name_parts,
    "rotations:record_one": name_parts,
    "rotations:rotation": lambda things: {"pk": things.rotation.pk},
    "rotations:undo": lambda things: {"keys": recorded(things)},
    "rotations:change_feed": lambda things: {"pk": things.feed.pk},
    "rotations:reset_feed": lambda things: {"pk": things.feed.pk},
    "rotations:revoke_feed": lambda things: {"pk": things.feed.pk},
    "rotations:feed": lambda things: {"key": feed_key(things)},
    "rotations:take_back": lambda things: with_item(things, "rotated", verified_on=TODAY) | {"mark": "verified"},
    "rotations:tick": task_of,
    "rotations:remove_step": task_of,
    "rotations:move_clean_up": lambda things: task_of(things, "clean_up"),
    **{f"rotations:{name}": lambda things: {"pk": things.rotation.pk} for name in OF_A_ROTATION},
    "rotations:verify": lambda things: with_item(things, "rotated"),
    "rotations:revoke_old": lambda things: with_item(things, "rotated"),
    "rotations:set_aside": lambda things: with_item(things, "open"),
    "rotations:put_back": lambda things: with_item(things, "failed"),
    "rotations:answer": answer,
    "rotations:end_quiet": quiet,
}
SENT: dict[str, Callable[[Things], dict[str, Any]]] = {
    "inventory:change_owner": lambda things: {"ids": things.secrets[0].pk},
    "rotations:record": lambda things: {"ids": things.secrets[0].pk},
    "rotations:record_one": lambda things: {},
    "rotations:plan_for": lambda things: {"on": "2026-08-03"},
    "rotations:cancel": lambda things: {"reason": "Not needed"},
    "rotations:add_step": lambda things: {"words": "Tell the provider"},
    "rotations:add_note": lambda things: {"text": "On it"},
    "rotations:move_clean_up": lambda things: {"on": "2026-08-03"},
    "rotations:verify": lambda things: {"item": item_of(things)},
    "rotations:revoke_old": lambda things: {"item": item_of(things)},
    "rotations:set_aside": lambda things: {"item": item_of(things), "outcome": "failed", "reason": "Down"},
    "rotations:put_back": lambda things: {"item": item_of(things)},
    "rotations:take_back": lambda things: {"item": item_of(things)},
}


def asked(client: Client, row: dict[str, str], things: Things) -> str:
    """Return what a page answers, in the words of the table."""
    name = row["Page"]
    address = reverse(name, kwargs=ARGUMENTS.get(name, lambda things: {})(things))
    sent = SENT.get(name, lambda things: {})(things)
    response = client.get(address, sent) if row["Method"] == "GET" else client.post(address, sent)
    if response.status_code in (403, 404):
        return "no"
    if response.status_code == 302 and response["Location"].startswith(f"{reverse('login')}?next="):
        return "sign in"
    return "yes" if response.status_code in (200, 302) else str(response.status_code)


@contextmanager
def undone() -> Iterator[None]:
    """Leave nothing of what is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def answered(client: Client, things: Things) -> dict[str, str]:
    """Return what every page answers, each to the session as it is now."""
    session, said = client.cookies.copy(), {}
    for row in ROWS:
        client.cookies = session.copy()
        with undone():
            said[f"{row['Method']} {row['Page']}"] = asked(client, row, things)
    return said


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize(("who", "column", "is_theirs"), WHO)
def test_every_page_answers_as_the_table_says(client: Client, who: str, column: str, is_theirs: bool) -> None:
    person = person_with(*([column] if column in ("security", "owner", "auditor") else []))
    things = things_of(person if is_theirs else person_with("owner"), "theirs")
    if column != "signed out":
        client.force_login(person.account)

    said = answered(client, things)

    words = {"theirs": "yes" if is_theirs else "no", "others'": "no" if is_theirs else "yes"}
    assert said == {f"{row['Method']} {row['Page']}": words.get(row[column], row[column]) for row in ROWS}


@pytest.mark.once
@pytest.mark.django_db
def test_every_page_has_a_row_for_each_method_it_answers(client: Client) -> None:
    client.force_login(_all_powerful())
    things, methods, session = things_of(person_with("owner"), "theirs"), {}, client.cookies.copy()
    for name in PAGES:
        for method in ("GET", "POST"):
            client.cookies = session.copy()
            with undone():
                address = reverse(name, kwargs=ARGUMENTS.get(name, lambda things: {})(things))
                methods[name, method] = client.generic(method, address).status_code != 405

    rows = {(row["Page"], row["Method"]) for row in ROWS}
    assert {pair for pair, is_answered in methods.items() if is_answered} == rows


def test_no_row_speaks_of_a_page_that_is_gone() -> None:
    assert {row["Page"] for row in ROWS} == set(PAGES)


@pytest.mark.once
@pytest.mark.django_db
def test_every_page_is_closed_unless_it_is_on_the_list_of_open_ones(client: Client) -> None:
    is_open = {"admin:login"} | {row["Page"] for row in ROWS if row["signed out"] == "yes"}
    to_sign_in = tuple(f"{reverse(page)}?next=" for page in ("login", "admin:login"))

    answers = set()
    for name, pattern in addresses():
        places = [
            client.generic(method, some_address(name, pattern)).get("Location", "")
            for method in ("GET", "POST", "PUT", "DELETE")
        ]
        if not all(place.startswith(to_sign_in) for place in places):
            answers.add(name)

    assert answers == is_open
