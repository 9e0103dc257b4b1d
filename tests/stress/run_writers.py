"""One process of writers: prints what it did as one line of JSON."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import django


def main() -> None:
    """Run the writers that the command line asks for."""
    django.setup()
    from tests.stress import writers

    name, threads, each = sys.argv[1:]
    print(json.dumps(asdict(writers.write(threads=int(threads), each=int(each), name=name))))


if __name__ == "__main__":
    main()
