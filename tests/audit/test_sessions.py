"""A session ends by its age, unused, by a new password, and by whoever may end it; nothing brings it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as register
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.acts import acting
from audit.counter_change import counter_change
from audit.models import ChangeSet, User
from audit.reviewing import object_to
from audit.sessions import SIGNED_IN_AT, USED_AT
from tests.admin_pages import address_of, sent_back
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NEW = "correct horse battery staple"
ENDED = '"cache", "storage"'


def signed_in(account: User) -> Client:
    client = Client()
    client.force_login(account)
    return client


def is_in(client: Client) -> bool:
    return client.get("/preferences/").status_code == 200


def pretend(client: Client, **ago: timedelta) -> None:
    """Let the session have begun, or been used last, so long ago."""
    session = client.session
    for name, time in ago.items():
        session[name] = int((timezone.now() - time).timestamp())
    session.save()


@pytest.mark.parametrize(("minutes", "stays"), [(119, True), (120, False), (600, False)])
def test_a_session_ends_when_it_is_not_used(security: User, minutes: int, stays: bool) -> None:
    client = signed_in(security)
    pretend(client, **{USED_AT: timedelta(minutes=minutes)})

    assert is_in(client) == stays


@pytest.mark.parametrize(("hours", "stays"), [(11, True), (12, False)])
def test_a_session_ends_by_its_age_however_much_it_is_used(security: User, hours: int, stays: bool) -> None:
    client = signed_in(security)
    pretend(client, **{SIGNED_IN_AT: timedelta(hours=hours)})

    assert is_in(client) == stays


def test_both_times_can_be_set(security: User, settings: Any) -> None:
    settings.SESSION_HOURS, settings.SESSION_IDLE_MINUTES = 2, 30
    idle, old = signed_in(security), signed_in(security)

    pretend(idle, **{USED_AT: timedelta(minutes=30)})
    pretend(old, **{SIGNED_IN_AT: timedelta(hours=2)})

    assert (is_in(idle), is_in(old)) == (False, False)


def test_a_session_that_does_not_say_when_it_began_is_over(security: User) -> None:
    client = signed_in(security)
    session = client.session
    del session[SIGNED_IN_AT]
    session.save()

    assert not is_in(client)


def test_use_is_noted_once_a_minute(security: User) -> None:
    client = signed_in(security)
    pretend(client, **{USED_AT: timedelta(seconds=59)})
    before = client.session[USED_AT]
    client.get("/preferences/")
    first = client.session[USED_AT]

    pretend(client, **{USED_AT: timedelta(seconds=61)})
    client.get("/preferences/")

    assert (first, client.session[USED_AT] > before) == (before, True)


def test_what_ended_in_time_is_gone_from_the_table(security: User) -> None:
    client = signed_in(security)
    store, key = type(client.session), client.session.session_key
    pretend(client, **{USED_AT: timedelta(hours=3)})

    answer = client.get("/preferences/")

    assert (answer.status_code, answer["Clear-Site-Data"]) == (302, ENDED)
    assert not store().exists(key)


def test_a_new_password_ends_all_other_sessions(outsider: User) -> None:
    here, elsewhere = signed_in(outsider), signed_in(outsider)

    here.post("/accounts/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})

    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_a_password_set_by_security_ends_all_sessions(security: User, auditor: User) -> None:
    theirs = signed_in(auditor)
    typed = {"usable_password": "true", "password1": NEW, "password2": NEW}

    signed_in(security).post(reverse("admin:auth_user_password_change", args=[auditor.pk]), typed)

    assert not is_in(theirs)


def test_deactivating_ends_sessions_at_once_and_for_good(security: User, auditor: User) -> None:
    client, theirs = signed_in(security), signed_in(auditor)
    address = address_of(User, "change", auditor.pk)
    inlines = {"grants-TOTAL_FORMS": "0", "grants-INITIAL_FORMS": "0"}
    typed = {name: value for name, value in sent_back(client, address).items() if name != "is_active"}

    client.post(address, typed | inlines | {"change_reason": "Leaves"})
    while_away = is_in(theirs)
    client.post(address, sent_back(client, address) | inlines | {"is_active": "on", "change_reason": "Came back"})

    assert User.objects.get(pk=auditor.pk).is_active
    assert (while_away, is_in(theirs)) == (False, False)


def test_a_session_not_used_while_its_account_was_away_does_not_come_back(security: User, auditor: User) -> None:
    client, theirs = signed_in(security), signed_in(auditor)
    address = address_of(User, "change", auditor.pk)
    inlines = {"grants-TOTAL_FORMS": "0", "grants-INITIAL_FORMS": "0"}
    typed = {name: value for name, value in sent_back(client, address).items() if name != "is_active"}

    client.post(address, typed | inlines | {"change_reason": "Leaves"})
    client.post(address, sent_back(client, address) | inlines | {"is_active": "on", "change_reason": "Came back"})

    assert not is_in(theirs)


def test_signing_out_everywhere_else_keeps_this_session_and_is_told(outsider: User) -> None:
    here, elsewhere = signed_in(outsider), signed_in(outsider)
    page = here.get("/preferences/").content.decode()

    answer = here.post("/preferences/sign-out-elsewhere/", follow=True)

    assert "Sign out everywhere else" in page
    assert "You are signed out everywhere else." in answer.content.decode()
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    entry = ChangeSet.objects.latest("pk")
    assert (entry.actor, entry.reason) == (outsider, "Signed out everywhere else")
    assert User.history.filter(id=outsider.pk).latest("history_id").sessions_ended_at is not None


def test_security_ends_all_sessions_of_accounts(security: User, auditor: User, outsider: User, caplog: Any) -> None:
    caplog.set_level("INFO", logger="audit.security")
    client, theirs, others = signed_in(security), signed_in(auditor), signed_in(outsider)
    chosen = {"action": "end_all_sessions", "_selected_action": [auditor.pk, outsider.pk]}

    answer = client.post(address_of(User), chosen, follow=True)

    assert "The sessions of 2 accounts ended." in answer.content.decode()
    assert (is_in(client), is_in(theirs), is_in(others)) == (True, False, False)
    assert ChangeSet.objects.latest("pk").rows.count() == 2
    told = [record.getMessage() for record in caplog.records if "Sessions ended" in record.getMessage()]
    assert sorted(told) == [
        f'Sessions ended: "ada" ({auditor.pk}) by "sam" ({security.pk}) from 127.0.0.1',
        f'Sessions ended: "otto" ({outsider.pk}) by "sam" ({security.pk}) from 127.0.0.1',
    ]


def test_nobody_else_ends_sessions_of_others(security: User, auditor: User) -> None:
    theirs = signed_in(security)
    chosen = {"action": "end_all_sessions", "_selected_action": [security.pk]}

    signed_in(auditor).post(address_of(User), chosen)

    assert is_in(theirs)
    assert User.objects.get(pk=security.pk).sessions_ended_at is None


def test_ended_sessions_are_not_brought_back_by_a_counter_change(security: User, auditor: User) -> None:
    other = make_user(roles=("security",))
    chosen = {"action": "end_all_sessions", "_selected_action": [auditor.pk]}
    signed_in(security).post(address_of(User), chosen)
    entry = ChangeSet.objects.latest("pk")
    object_to(entry, by=other, comment="Too soon", at=timezone.now())

    assert not counter_change(entry, by=security).is_possible


def test_signing_in_after_all_sessions_ended_works(client: Client, security: User) -> None:
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="To try it"):
        User.objects.filter(pk=security.pk).update(sessions_ended_at=timezone.now())

    client.post("/accounts/login/", {"username": "sam", "password": PASSWORD})

    assert is_in(client)


def test_sessions_outlive_a_change_of_the_key_while_the_former_one_is_named(security: User, settings: Any) -> None:
    client = signed_in(security)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another-" * 10
    settings.SECRET_KEY_FALLBACKS = [former]

    assert is_in(client)

    settings.SECRET_KEY_FALLBACKS = []
    settings.SECRET_KEY = "a-third-one-" * 10
    assert not is_in(client)


@pytest.mark.parametrize("address", ["/accounts/logout/", "/admin/logout/"])
def test_signing_out_makes_the_sessions_key_useless(security: User, address: str) -> None:
    client = signed_in(security)
    key = client.cookies[register.SESSION_COOKIE_NAME].value

    answer = client.post(address)

    assert answer["Clear-Site-Data"] == ENDED
    client.cookies[register.SESSION_COOKIE_NAME] = key
    assert not is_in(client)


def test_pages_within_a_session_clear_nothing(as_security: Client) -> None:
    assert "Clear-Site-Data" not in as_security.get("/preferences/")
    assert "Clear-Site-Data" not in Client().get("/accounts/login/")
