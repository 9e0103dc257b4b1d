"""Many who try to sign in at the same moment: no failure is lost, and together they get no more tries than one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from audit.models import FailedSignIns, User
from audit.throttling import WINDOW, Attempt, begin, failed

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 7, 14, 12, 0, tzinfo=UTC)
MANY = 12


def at_once(act: Callable[[int], Any]) -> list[Any]:
    together = Barrier(MANY)

    def run(number: int) -> Any:
        try:
            together.wait(10)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as threads:
        return list(threads.map(run, range(MANY)))


def test_no_failure_of_an_address_is_lost() -> None:
    def act(number: int) -> None:
        with transaction.atomic():
            attempt = Attempt(f"guess-{number}", "203.0.113.7")
            begin(attempt, at=NOW)
            failed(attempt, at=NOW)

    at_once(act)

    assert FailedSignIns.objects.get(key=Attempt("", "203.0.113.7").place).count == MANY


def test_windows_that_end_at_the_same_moment_begin_anew_together() -> None:
    attempts = [Attempt(f"guess-{number % 3}", f"203.0.113.{number % 4}") for number in range(MANY)]
    for attempt in attempts:
        begin(attempt, at=NOW)
        failed(attempt, at=NOW)

    def act(number: int) -> None:
        with transaction.atomic():
            begin(attempts[number], at=NOW + WINDOW)
            failed(attempts[number], at=NOW + WINDOW)

    at_once(act)

    places = {attempt.place for attempt in attempts}
    assert {row.count for row in FailedSignIns.objects.filter(key__in=places)} == {MANY // 4}


def test_many_at_once_get_no_more_tries_than_one(security: User) -> None:
    typed = {"username": "sam", "password": "guessed"}

    answers = at_once(lambda number: Client().post("/accounts/login/", typed).status_code)

    assert sorted(answers) == [200] * 5 + [429] * (MANY - 5)
