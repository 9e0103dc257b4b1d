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

WRITERS, CLIENTS = 32, 8


def writers(*, transactions: int = 20_000, processes: int = 8) -> None:
    """Let 32 writers make 20,000 transactions on PostgreSQL."""
    with register_on("postgresql") as (environment, _):
        manage(environment, "shell", "-c", "from tests.stress.writers import prepare; prepare()")
        first_entries = verified(environment)["entries"]
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
        print(f"writers: {kept:,} kept, {refused} refused in {seconds:.0f} s; {report['entries']:,} entries verified")
        first = next((outcome["first_error"] for outcome in outcomes if outcome["first_error"]), "")
        assert (refused, first) == (0, ""), first
        assert kept == each * WRITERS
        # Of each transaction: a change set, a person and a team as history and as lines of the change log.
        assert report["entries"] == 5 * kept + first_entries


def completions(*, rotations: int = 1_000) -> None:
    """Let 8 clients record and complete the same 1,000 rotations on each database."""
    for database in ("sqlite", "postgresql"):
        with register_on(database) as (environment, _):
            prepare = f"from tests.stress.completions import prepare; prepare({rotations})"
            manage(environment, "shell", "-c", prepare)
            start = time.monotonic()
            running = [run_module(environment, "tests.stress.run_completions") for _ in range(CLIENTS)]
            outcomes = [json.loads(process.communicate()[0]) for process in running]
            seconds, entries = time.monotonic() - start, verified(environment)["entries"]
            told = {name: sum(outcome[name] for outcome in outcomes) for name in ("recorded", "completed", "too_late")}
            again = sum(outcome["pressed_again"] for outcome in outcomes)
            print(f"completions on {database}: {told}, {again} times pressed again, in {seconds:.0f} s;")
            print(f"  {entries:,} entries verified")
            assert told == {"recorded": rotations, "completed": rotations, "too_late": 2 * (CLIENTS - 1) * rotations}


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


PARTS: dict[str, Callable[[], None]] = {
    "writers": writers,
    "completions": completions,
    "tamperings": tamperings,
    "kills": kills,
}


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
