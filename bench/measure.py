"""Measures what things cost: processor time of this process and, on PostgreSQL, of the server's process for it."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

TICK = os.sysconf("SC_CLK_TCK")
ROUNDS = 5
AT_LEAST = 0.4  # seconds of processor time for one batch: the server's clock ticks every hundredth of a second


def spent() -> float:
    """Return the processor seconds spent so far, the database's included."""
    return time.process_time() + _server_seconds()


def costs(**cases: Callable[[], object]) -> dict[str, float]:
    """Return the median seconds of one call of each case, measured in turns so that all meet the same weather."""
    for case in cases.values():
        case()
    times = {name: _calls_for(case) for name, case in cases.items()}
    measured: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(ROUNDS):
        for name, case in cases.items():
            start = spent()
            for _ in range(times[name]):
                case()
            measured[name].append((spent() - start) / times[name])
    return {name: statistics.median(values) for name, values in measured.items()}


def once(case: Callable[[], object]) -> float:
    """Return the processor seconds of one call."""
    start = spent()
    case()
    return spent() - start


def say(what: str, ratio: float, aim: str, *figures: str) -> None:
    """Print one line of the table."""
    print(f"  {what:<66} {ratio:>9.2f}   {aim:<16} {', '.join(figures)}", flush=True)


def milliseconds(seconds: float) -> str:
    """Return seconds in words."""
    return f"{seconds * 1000:.2f} ms"


def _calls_for(case: Callable[[], object]) -> int:
    start = time.perf_counter()
    case()
    one = max(time.perf_counter() - start, 1e-6)
    return max(1, min(2_000, int(AT_LEAST / one)))


def _server_seconds() -> float:
    if connection.vendor != "postgresql" or connection.connection is None:
        return 0.0
    parts = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICK
