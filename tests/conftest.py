"""People named by their relation, made only when a test asks for them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.test import Client, TransactionTestCase, override_settings
from hypothesis import settings

from audit import acts
from audit.ledger import sealing, triggers
from audit.models import User
from contacts.models import Person
from tests.factories import make_person, make_user

# Where red stops everybody, the same examples every time; elsewhere new ones.
settings.register_profile("register", deadline=None, print_blob=True, derandomize="REQUIRE_ALL" in os.environ)
settings.load_profile("register")


# What a test writes need not outlive the machine.
QUICK = "PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;"


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hashing that takes a real register's time would be most of the suite's."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give every process a database of its own: SQLite a real file, so that every thread has its own connection."""
    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "register.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)
        connection.settings_dict["OPTIONS"]["init_command"] += QUICK
    else:
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(scope="session", autouse=True)
def tables_may_be_emptied_between_tests() -> Iterator[None]:
    """Nothing can be removed from the ledger; a test that commits leaves its rows for Django to flush all the same."""
    tear_down = TransactionTestCase._fixture_teardown

    def without_triggers(test: TransactionTestCase) -> None:
        for alias in test._databases_names(include_mirrors=False):
            triggers.remove(connections[alias])
        tear_down(test)  # announces a migration at its end: the triggers come back

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", without_triggers)
        yield


@pytest.fixture
def sealed_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seal what an act wrote when it ends, as its commit would: the transaction of a test has none."""
    opened = acts.opened

    @contextmanager
    def sealed(act: acts.Act) -> Iterator[acts.Act]:
        with opened(act):
            yield act
        sealing.seal(connection)

    monkeypatch.setattr(acts, "opened", sealed)


@pytest.fixture
def owner(db: None) -> Person:
    person = make_person(name="Olga Owner", slack_handle="olga", email="olga@example.org", phone="+49 30 1")
    make_user(username="olga", roles=("owner",), person=person)
    return person


@pytest.fixture
def backup_owner(db: None) -> Person:
    person = make_person(name="Ben Backup", slack_handle="ben", email="ben@example.org", phone="+49 30 2")
    make_user(username="ben", roles=("owner",), person=person)
    return person


@pytest.fixture
def colleague(db: None) -> Person:
    """An owner of other secrets."""
    person = make_person(name="Cleo Colleague", slack_handle="cleo", email="cleo@example.org")
    make_user(username="cleo", roles=("owner",), person=person)
    return person


@pytest.fixture
def security(db: None) -> User:
    return make_user(username="sam", first_name="Sam", last_name="Security", roles=("security",))


@pytest.fixture
def auditor(db: None) -> User:
    return make_user(username="ada", first_name="Ada", last_name="Auditor", roles=("auditor",))


@pytest.fixture
def outsider(db: None) -> User:
    """Signed in without a role."""
    return make_user(username="otto", first_name="Otto", last_name="Outsider")


@pytest.fixture
def as_security(client: Client, security: User) -> Client:
    client.force_login(security)
    return client
