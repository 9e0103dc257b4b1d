"""Runs every case on SQLite and PostgreSQL at several sizes, each in a process of its own.

`make bench`, `make bench ARGS="--sizes 1000 --databases sqlite"`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.environment import SETTINGS
from tests.postgres import Server

CASES = ("pages", "feeds", "documents", "ledger", "evidence", "reminders", "planning")


def main() -> int:
    """Run the cases and return 0 if all of them ran."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    parser.add_argument("--cases", nargs="+", default=list(CASES), choices=CASES)
    wanted = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="register-bench-", dir="/tmp") as memory:
        for database in wanted.databases:
            for size in wanted.sizes:
                failed += _run(database, size, wanted.cases, Path(memory) / f"{database}.json")
    return 1 if failed else 0


def _run(database: str, size: int, cases: list[str], memory: Path) -> int:
    """Run the cases in a process of its own; what the first size cost is kept in `memory` for the others."""
    with ExitStack() as stack:
        if database == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="register-bench-", dir="/tmp"))
            address = f"sqlite:///{folder}/register.sqlite3"
        else:
            server = Server.started()
            stack.callback(server.stop)
            address = server.address
        environment = os.environ | SETTINGS | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings"}
        environment["BENCH_MEMORY"] = str(memory)
        command = [sys.executable, "-m", "bench.run", database, str(size), *cases]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
