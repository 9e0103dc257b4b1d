"""Runs what takes minutes: `make stress`, or one part of it: `make stress ARGS="writers"`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

from tests.stress.kills import kill_the_database, kill_the_web_process
from tests.stress.registers import manage, register_on, run_module, verified

WRITERS, TEAMS = 32, 12


def writers(*, transactions: int = 20_000, processes: int = 8) -> None:
    """Let 32 writers make 20,000 transactions on PostgreSQL."""
    with register_on("postgresql") as (environment, _):
        manage(environment, "shell", "-c", "from tests.stress.writers import prepare; prepare()")
        each, threads = transactions // WRITERS, WRITERS // processes
        start = time.monotonic()
        running = [
            run_module(environment, "tests.stress.run_writers", str(number), str(threads), str(each))
            for number in range(processes)
        ]
        outcomes = [json.loads(process.communicate()[0]) for process in running]
        seconds = time.monotonic() - start
        kept, refused = (sum(outcome[name] for outcome in outcomes) for name in ("kept", "refused"))
        report = verified(environment)
        # Of each transaction: a change set, a person and a team as history and as lines of the change log.
        first_entries = 2 * TEAMS + 1 + 7  # the teams, and the first reminders
        print(f"writers: {kept:,} kept, {refused} refused in {seconds:.0f} s; {report['entries']:,} entries verified")
        first = next((outcome["first_error"] for outcome in outcomes if outcome["first_error"]), "")
        assert (refused, first) == (0, ""), first
        assert kept == each * WRITERS
        assert report["entries"] == 5 * kept + first_entries


def tamperings() -> None:
    """Tamper 80 times in each of 25 ways, and look 1,000 times at a register that nobody tampered with."""
    more = {"TAMPERINGS_OF_EACH_KIND": "80", "CLEAN_RUNS": "1000"}
    command = [sys.executable, "-m", "pytest", "-q", "tests/audit/ledger/test_tampering.py"]
    for database in ("sqlite", "postgresql"):
        subprocess.run(command, env=os.environ | more | {"TEST_DATABASE": database}, check=True)


def kills(*, rounds: int = 100) -> None:
    """Kill the web process and the database 100 times each."""
    kill_the_web_process(rounds=rounds // 2, database="sqlite")
    kill_the_web_process(rounds=rounds - rounds // 2, database="postgresql")
    kill_the_database(rounds=rounds)


PARTS: dict[str, Callable[[], None]] = {"writers": writers, "tamperings": tamperings, "kills": kills}


def main() -> int:
    """Run the parts that are asked for, all without any."""
    parser = argparse.ArgumentParser(prog="make stress")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    for part in parser.parse_args().parts or PARTS:
        print(f"{part} …", flush=True)
        PARTS[part]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
