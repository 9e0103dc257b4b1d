"""Tells calendars which secrets fall due without a planned rotation: one entry per environment and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from audit.policies import may_see_register
from inventory.models import Environment, Secret
from rotations.agendas import Place, due_on, due_unplanned
from rotations.calendar import Entry
from rotations.calendar_text import listed
from rotations.calendar_window import CalendarWindow, register_address
from rotations.models import Agenda

# The rest is behind the link: some calendars cut long texts off.


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A secret on an agenda, and its owner's name or that there is none."""

    secret: str
    owner: str

    def __str__(self) -> str:
        return f"{self.secret} - {self.owner or 'no owner'}"


def agenda_entries(window: CalendarWindow) -> Iterator[Entry]:
    """Return an entry for every agenda of the window, cancelled where nothing is left on it; three or four queries."""
    if not may_see_register(window.account):
        return
    due = _due(window)
    names = dict(Environment.objects.values_list("code", "name"))
    revised = _agendas(window)
    for place in sorted(due.keys() | revised.keys()):
        lines = due.get(place, [])
        emptied_at = revised[place][1] if place in revised else datetime.min.replace(tzinfo=UTC)
        if lines or place[1] >= window.cancelled_since or emptied_at >= window.cancelled_since_at:
            yield _entry(window, place, names.get(place[0], place[0]), lines, revised)


def _due(window: CalendarWindow) -> dict[Place, list[Due]]:
    """Return what is due by place; the secrets themselves are asked, so that no agenda can be out of date."""
    days = (window.first_on, window.last_on)
    secrets = due_unplanned(window.secrets()).filter(Q(next_rotation_on__range=days) | Q(waived_until__range=days))
    rows: Iterable[Any] = secrets.values_list(
        "environment_id", "name", "next_rotation_on", "waived_until", "owner__name", "owner__is_active"
    )
    found = defaultdict(list)
    for code, name, day, waived, owner, active in rows:
        on = due_on(next_rotation_on=day, waived_until=waived)
        if on <= window.last_on:
            found[code, on].append(Due(name, owner if active else ""))
    return found


def _agendas(window: CalendarWindow) -> dict[Place, tuple[int, datetime]]:
    """Return sequence and revision of the agendas that the scope has, or had, something on."""
    agendas = Agenda.objects.filter(on__range=(window.first_on, window.last_on))
    if window.environment is not None:
        agendas = agendas.filter(environment=window.environment)
    rows: Iterable[Any] = agendas.values_list("environment_id", "on", "sequence", "updated_at")
    revised = {(code, on): (sequence, updated_at) for code, on, sequence, updated_at in rows}
    if window.is_whole:
        return revised
    ever = Secret.history.filter(id__in=window.secrets().values("pk"), next_rotation_on__isnull=False).order_by()
    late = ever.filter(Q(next_rotation_on__gte=window.first_on) | Q(waived_until__gte=window.first_on))
    rows_ever: Iterable[Any] = late.values_list("environment_id", "next_rotation_on", "waived_until").distinct()
    places = {(code, due_on(next_rotation_on=day, waived_until=waived)) for code, day, waived in rows_ever}
    return {place: facts for place, facts in revised.items() if place in places}


def _entry(
    window: CalendarWindow,
    place: Place,
    environment: str,
    lines: list[Due],
    revised: Mapping[Place, tuple[int, datetime]],
) -> Entry:
    code, on = place
    sequence, revised_at = revised.get(place, (0, datetime.combine(on, time(), UTC)))
    return Entry(
        uid=window.uid_of("agenda", code, on),
        kind="Due",
        start=on,
        end=on + timedelta(days=1),
        summary=_summary(environment, len(lines)),
        description=_description(on, lines),
        url=register_address(f"{reverse('inventory:secrets')}?{urlencode({'environment': code})}"),
        sequence=sequence,
        is_cancelled=not lines,
        revised_at=revised_at,
    )


def _summary(environment: str, count: int) -> str:
    what = {0: "No secret", 1: "1 secret"}.get(count, f"{count} secrets")
    return f"{what} due for rotation - {environment}"


def _description(on: date, lines: list[Due]) -> str:
    if not lines:
        return "Nothing is due on this day any more: it was rotated, planned or moved."
    return "\n".join([f"{on} is the last day on time, and no rotation is planned:", *listed(sorted(lines))])
