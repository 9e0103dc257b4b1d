"""Fills one register and runs the wanted cases on it; its settings come from `bench.__main__`."""

from __future__ import annotations

import importlib
import sys
import time

import django


def main() -> int:
    """Run the cases named on the command line."""
    database, size, *cases = sys.argv[1:]
    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)
    call_command("migrate", verbosity=0)
    filling = importlib.import_module("bench.filling")
    print(f"\n{database}, {int(size):,} secrets", flush=True)
    start = time.monotonic()
    security = filling.fill(int(size))
    print(f"  filled in {time.monotonic() - start:.0f} s", flush=True)
    print(f"  {'what':<66} {'ratio':>9}   {'aim':<16} figures")
    for case in cases:
        importlib.import_module(f"bench.{case}").run(security, int(size))
    return 0


if __name__ == "__main__":
    sys.exit(main())
