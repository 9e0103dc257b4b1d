"""What the ledger costs: one edit with it and without it, and looking through all of it."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable

from django.db import connection

from audit.acts import acting
from audit.ledger import triggers
from audit.ledger.verifying import verify
from bench.measure import ROUNDS, milliseconds, say, spent
from inventory.models import Secret

EDITS = 60
AT_ONCE = 100_000


def run(security: object, size: int) -> None:
    """Measure both."""
    edits = _edit(security)
    with_it, without_it = _in_turns(edits)
    figures = f"{milliseconds(with_it)} with, {milliseconds(without_it)} without"
    say("one edit of a secret, with the ledger / without", with_it / without_it, "at most 2", figures)
    start, report = time.monotonic(), verify()
    seconds = time.monotonic() - start
    each = seconds / report.entries * AT_ONCE
    say("seconds to verify 100,000 entries", each, "at most 12", f"{report.entries:,} entries in {seconds:.1f} s")
    assert report.holds, report.findings[:3]


def _edit(security: object) -> Callable[[], None]:
    keys = itertools.cycle(Secret.objects.order_by("pk").values_list("pk", flat=True)[:500])
    numbers = itertools.count()

    def edit() -> None:
        with acting(actor=security, source="web", reason="Measured"):  # type: ignore[arg-type]
            secret = Secret.objects.get(pk=next(keys))
            secret.purpose = f"Measured {next(numbers)}"
            secret.save()

    return edit


def _in_turns(edit: Callable[[], None]) -> tuple[float, float]:
    """Return the median seconds of one edit with the triggers and without; those made without are then lost."""
    measured: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS):
        for with_it in (True, False):
            if not with_it:
                triggers.remove(connection)
            edit()
            start = spent()
            for _ in range(EDITS):
                edit()
            measured[with_it].append((spent() - start) / EDITS)
            if not with_it:
                _seal_what_was_left()
    return statistics.median(measured[True]), statistics.median(measured[False])


def _seal_what_was_left() -> None:
    """Make the ledger anew from what is there, so that what was written without it is no finding."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_ledgerentry")
    triggers.seal_what_is_there(connection)
    triggers.install(connection)
