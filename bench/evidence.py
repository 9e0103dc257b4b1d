"""What an evidence pack and a past day cost, beside reading the rows they are made of."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta

from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from audit.models import ChangeRow, User
from audit.past import Past
from bench.measure import costs, milliseconds, once, say
from documents.evidence.packing import packed
from documents.evidence.wish import Wish
from inventory.models import Consumer, Secret
from rotations.models import Rotation, RotationItem


def run(security: User, size: int) -> None:
    """Print the ratios; the aim is a pack of 10,000 secrets in at most five seconds more than reading its rows."""
    today = timezone.localdate()
    wish = Wish(as_of=today, first_on=today - timedelta(days=90), last_on=today)
    reading, packing = once(_read_all), once(lambda: packed(wish))
    figures = (f"{packing:.2f} s", f"{reading:.2f} s", f"{packing - reading:.2f} s more")
    say("an evidence pack, beside reading the rows of history it tells of", packing / reading, "-", *figures)
    tracemalloc.start()
    pack = packed(wish)
    peak = tracemalloc.get_traced_memory()[1] / 1024 / 1024
    tracemalloc.stop()
    say("peak memory of an evidence pack, in MiB", peak, "-", f"{len(pack.data) / 1024 / 1024:.1f} MiB packed")
    client = Client()
    client.force_login(security)
    took = costs(now=lambda: _page(client, ""), then=lambda: _page(client, f"?as_of={today}"))
    both = (milliseconds(took["then"]), milliseconds(took["now"]))
    say("/secrets/?as_of= for the first reader, beside /secrets/", took["then"] / took["now"], "-", *both)


def _read_all() -> None:
    """Read the rows that a pack tells of, as plainly as can be."""
    for model in (Secret, RotationItem, Rotation, Consumer):
        list(model.history.values_list())
    list(ChangeRow.objects.values_list("fields", "object_text", "change_set__reason"))
    Past(timezone.localdate())


def _page(client: Client, query: str) -> None:
    cache.clear()
    response = client.get(f"/secrets/{query}")
    if response.status_code != 200:
        raise RuntimeError(f"/secrets/{query} answered {response.status_code}")
