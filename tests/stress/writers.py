"""Many writers at once on a few rows: nobody waits for ever, and the chain has every change."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass

from django.db import connection, transaction

from audit.acts import acting
from audit.models import ChangeSet
from contacts.models import Person, Team

TEAMS = 12


@dataclass
class Outcome:
    """What the writers of one process did."""

    kept: int = 0
    refused: int = 0
    first_error: str = ""


def prepare() -> None:
    """Make the rows that all writers want."""
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        Team.objects.bulk_create([Team(name=f"Team {number}") for number in range(TEAMS)])


def write(*, threads: int, each: int, name: str) -> Outcome:
    """Let `threads` threads make `each` transactions, and return what came of them."""
    outcome, lock = Outcome(), threading.Lock()
    running = [
        threading.Thread(target=_one_writer, args=(f"{name}.{number}", each, outcome, lock))
        for number in range(threads)
    ]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return outcome


def _one_writer(name: str, each: int, outcome: Outcome, lock: threading.Lock) -> None:
    chance = random.Random(name)
    keys = sorted(Team.objects.values_list("pk", flat=True))
    for number in range(each):
        try:
            _one_transaction(f"{name}.{number}", sorted(chance.sample(keys, 2)))
        except Exception as error:  # whatever it is, it is a change that was lost
            with lock:
                outcome.refused += 1
                outcome.first_error = outcome.first_error or f"{type(error).__name__}: {error}"
        else:
            with lock:
                outcome.kept += 1
    connection.close()


def _one_transaction(name: str, keys: list[int]) -> None:
    """Lock one team, change another, and add somebody whose key to a team is checked when all is done."""
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason=f"Write {name}"), transaction.atomic():
        one = Team.objects.select_for_update().get(pk=keys[0])
        other = Team.objects.select_for_update().get(pk=keys[1])
        Person.objects.create(name=f"Person {name}", team=other)
        one.name = f"Team {one.pk} by {name}"
        one.save()
