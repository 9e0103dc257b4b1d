"""One client that goes through all rotations, and prints what it completed."""

from __future__ import annotations

import json
from dataclasses import asdict

import django


def main() -> None:
    """Go through all of them once."""
    django.setup()
    from tests.stress.completions import go_through_all

    print(json.dumps(asdict(go_through_all())), flush=True)


if __name__ == "__main__":
    main()
