"""One process that adds teams until its database is gone, and prints the name of each that was kept."""

from __future__ import annotations

import itertools
import sys

import django


def main() -> None:
    """Add teams; what is printed was answered for."""
    django.setup()
    from django.db import DatabaseError

    from audit.acts import acting
    from contacts.models import Team

    for number in itertools.count():
        name = f"{sys.argv[1]}-{number}"
        try:
            with acting(actor=None, source="system", reason="Made for a test"):
                Team.objects.create(name=name)
        except DatabaseError:
            return
        print(name, flush=True)


if __name__ == "__main__":
    main()
