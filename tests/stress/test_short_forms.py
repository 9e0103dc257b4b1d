"""What `make stress` does for an hour, for some seconds."""

from __future__ import annotations

import pytest

from tests.stress.__main__ import writers
from tests.stress.kills import kill_the_database, kill_the_web_process

pytestmark = pytest.mark.slow


@pytest.mark.postgresql
def test_no_change_of_many_writers_is_lost_and_none_waits_for_ever():
    writers(transactions=160, processes=2)


def test_nothing_that_was_answered_for_is_lost_with_the_web_process():
    kill_the_web_process(rounds=1, database="sqlite")


@pytest.mark.postgresql
def test_nothing_that_was_answered_for_is_lost_with_the_database():
    kill_the_database(rounds=1)
