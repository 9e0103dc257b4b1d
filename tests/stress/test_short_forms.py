"""What `make stress` does for an hour, for some seconds."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.stress.__main__ import writers
from tests.stress.kills import kill_the_database, kill_the_web_process

pytestmark = pytest.mark.slow


@pytest.mark.postgresql
def test_no_change_of_many_writers_is_lost_and_none_waits_for_ever():
    writers(transactions=160, processes=2)


@pytest.mark.usefixtures("django_db_setup")  # it is not the same on the other database
def test_nothing_that_was_answered_for_is_lost_with_the_web_process():
    kill_the_web_process(rounds=2, database=connection.vendor)


@pytest.mark.postgresql
def test_nothing_that_was_answered_for_is_lost_with_the_database():
    kill_the_database(rounds=2)
