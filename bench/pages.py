"""What `/secrets/` costs, beside the admin's list of the same rows and beside itself in a small register."""

from __future__ import annotations

import json
import os
from pathlib import Path

from django.test import Client

from audit.models import User
from bench.measure import costs, milliseconds, say


def run(security: User, size: int) -> None:
    """Print the ratios."""
    client = Client()
    client.force_login(security)

    def get(address: str) -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")

    took = costs(
        page=lambda: get("/secrets/"),
        admin=lambda: get("/admin/inventory/secret/"),
        deep=lambda: get("/secrets/?sort=next&page=2"),
        home=lambda: get("/"),
    )
    ours = milliseconds(took["page"])
    say(
        "the admin's list, beside /secrets/",
        took["admin"] / took["page"],
        "at least 5",
        milliseconds(took["admin"]),
        ours,
    )
    memory = Path(os.environ["BENCH_MEMORY"])
    small = json.loads(memory.read_text()) if memory.exists() else None
    if small is None:
        memory.write_text(json.dumps(took))
        return
    for name, words, aim in (("page", "/secrets/", "at most 1.2"), ("home", "/", "-")):
        figures = (milliseconds(took[name]), milliseconds(small[name]))
        say(f"{words} at {size:,} secrets, beside the first size", took[name] / small[name], aim, *figures)
