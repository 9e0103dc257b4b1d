"""Verifies the whole trail in one look at the database: what it sees does not move while it looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db import connection

from audit.ledger.head import Head
from audit.ledger.triggers import findings as trigger_findings
from audit.ledger.verifying.entries import ChainReader
from audit.ledger.verifying.findings import Finding, Kind
from audit.ledger.verifying.rows import left_waiting, never_sealed, unlike_their_history


@dataclass
class Report:
    """What was found, how many entries were read, and where the chain ends."""

    entries: int = 0
    head: Head | None = None
    findings: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify(*, expected: Sequence[Head] = (), progress: Callable[[int], object] = lambda _: None) -> Report:
    """Return what is wrong with the trail of this register; writes nothing.

    `expected` are heads that were kept elsewhere: they alone can show that the end of the chain was cut off.
    `progress` is called with the number of entries read since the last call. Memory does not grow with the trail.
    """
    report = Report()
    with _one_look():
        reader = ChainReader(connection, expected)
        for count, found in reader.read():
            report.entries += count
            _add(report, found)
            progress(count)
        report.head = reader.last
        _add(report, reader.at_the_end())
        others = (never_sealed, unlike_their_history, left_waiting)
        _add(report, chain.from_iterable(look(connection) for look in others))
        _add(report, (Finding(Kind.TRIGGER, words) for words in trigger_findings(connection)))
    return report


def _add(report: Report, found: Iterator[Finding] | Sequence[Finding]) -> None:
    for finding in found:
        (report.notices if finding.is_notice else report.findings).append(finding)


@contextmanager
def _one_look() -> Iterator[None]:
    """See one state of the database, without keeping a writer from writing."""
    if connection.in_atomic_block:
        with _lenient():
            yield
        return
    connection.ensure_connection()
    with _lenient(), connection.cursor() as cursor:
        cursor.execute("BEGIN" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _decode(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


@contextmanager
def _lenient() -> Iterator[None]:
    """Let SQLite hand out text that is no text: junk is to be found, not to end the look."""
    driver: Any = connection.connection
    if connection.vendor != "sqlite" or driver is None:
        yield
        return
    before, driver.text_factory = driver.text_factory, _decode
    try:
        yield
    finally:
        driver.text_factory = before
