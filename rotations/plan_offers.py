"""Knows which quarters nothing is planned in, so that a plan can be offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from inventory.models import Environment
from rotations.models import Rotation
from rotations.plan_forms import IN_ALL, PER_PERSON, end_of_quarter, quarter_words, quarters_from


@dataclass(frozen=True, slots=True)
class Offer:
    """A quarter without a planned rotation, and the page that plans it."""

    quarter: str
    part: str
    url: str


def offers(today: date) -> Sequence[Offer]:
    """Return the quarters of `today` and after it in which nothing is planned, for production; two queries."""
    firsts = [date.fromisoformat(first) for first, _ in islice(quarters_from(today), 2)]
    known = Rotation.objects.upcoming().filter(planned_on__range=(firsts[0], end_of_quarter(firsts[-1])))
    taken = {end_of_quarter(day) for day in known.order_by().values_list("planned_on", flat=True).distinct() if day}
    places = Environment.objects.filter(code__in=settings.PRODUCTION_ENVIRONMENTS).order_by("position", "code")
    place = places.first()
    return [_offer(first, place) for first in firsts if end_of_quarter(first) not in taken]


def _offer(first: date, place: Environment | None) -> Offer:
    part = f"environment:{place.code}" if place is not None else ""
    asked = {"part": part, "quarter": first.isoformat(), "per_person": PER_PERSON, "in_all": IN_ALL}
    words = place.name if place is not None else "everything"
    return Offer(quarter_words(first), words, f"{reverse('rotations:plan')}?{urlencode(asked)}")
