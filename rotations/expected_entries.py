"""Tells calendars of the coming year: rotations to be expected by the intervals, tentative until they are planned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse

from audit.policies import may_see_register
from inventory.models import Environment
from inventory.querysets import SecretQuerySet
from rotations.agenda_entries import Due
from rotations.agendas import Place
from rotations.calendar import Entry
from rotations.calendar_text import listed
from rotations.calendar_window import CalendarWindow, register_address
from rotations.expected import expected_days
from rotations.models import Agenda, RotationItem

YEAR = timedelta(days=365)
# The rest is behind the link: some calendars cut long texts off.


@dataclass(frozen=True, slots=True)
class Plans:
    """The days of the planned rotations by secret, and when a plan was last revised by environment."""

    days: Mapping[int, Sequence[date]]
    revised: Mapping[str, datetime]


def expected_entries(window: CalendarWindow) -> Iterator[Entry]:
    """Return a tentative entry for every environment and day of the coming year on which a secret is to fall due again.

    Four queries, however many there are. What is due next has its agenda or its rotation already.
    """
    if not (window.with_expected and may_see_register(window.account)):
        return
    secrets = window.secrets().in_use()
    plans = _plans(secrets)
    places = _places(window, secrets, plans)
    names = dict(Environment.objects.values_list("code", "name"))
    revised = _revised(plans)
    for code, on in sorted(places):
        at = revised.get(code) or datetime.combine(on, time(), UTC)
        yield _entry(window, (code, on), names.get(code, code), places[code, on], at)


def _plans(secrets: SecretQuerySet) -> Plans:
    items = RotationItem.objects.filter(
        secret__in=secrets.values("pk"),
        outcome__in=("open", "deferred"),
        rotation__state__in=("planned", "in_progress"),
    ).order_by("rotation__planned_on")
    days, revised = defaultdict(list), dict[str, datetime]()
    rows: Iterable[Any] = items.values_list(
        "secret", "secret__environment", "rotation__planned_on", "rotation__rescheduled_at"
    )
    for key, code, on, at in rows:
        days[key].append(on)
        revised[code] = max(at, revised.get(code, at))
    return Plans(days, revised)


def _places(window: CalendarWindow, secrets: SecretQuerySet, plans: Plans) -> dict[Place, list[Due]]:
    """Return the secrets that are expected, by place."""
    interval = Coalesce("rotation_interval_days", "type__rotation_interval_days")
    due_on = Coalesce(Greatest("next_rotation_on", Coalesce("waived_until", "next_rotation_on")), "next_rotation_on")
    rows: Iterable[Any] = (
        secrets.annotate(due_on=due_on, days=interval)
        .filter(days__isnull=False)
        .order_by("name")
        .values_list("pk", "environment_id", "name", "owner__name", "owner__is_active", "due_on", "days")
    )
    found = defaultdict(list)
    until = min(window.today + YEAR, window.last_on)
    for key, code, name, owner, is_active, due, days in rows:
        planned = plans.days.get(key, ())
        for on in expected_days(due_on=due, interval_days=days, planned=planned, after=window.today, until=until):
            found[code, on].append(Due(name, owner if is_active else ""))
    return found


def _revised(plans: Plans) -> dict[str, datetime]:
    """Return when something that could move an expected day was last changed, by environment.

    Agendas are revised with every date, waiver, status and plan of a secret of theirs.
    """
    agendas = Agenda.objects.order_by().values("environment_id").annotate(at=Max("updated_at"))
    rows: Iterable[Any] = agendas.values_list("environment_id", "at")
    revised: dict[str, datetime] = dict(rows)
    for code, at in plans.revised.items():
        revised[code] = max(at, revised.get(code, at))
    return revised


def _entry(window: CalendarWindow, place: Place, environment: str, due: list[Due], revised_at: datetime) -> Entry:
    code, on = place
    count = "1 secret" if len(due) == 1 else f"{len(due)} secrets"
    return Entry(
        uid=window.uid_of("expected", code, on),
        kind="Expected",
        start=on,
        end=on + timedelta(days=1),
        summary=f"{count} due for rotation - {environment} (expected)",
        description=_description(due),
        url=register_address(f"{reverse('inventory:secrets')}?{urlencode({'environment': code})}"),
        is_tentative=True,
        revised_at=revised_at,
    )


def _description(due: list[Due]) -> str:
    words = "Expected by the interval, if each is rotated on the last day that is on time. Nothing is planned yet:"
    return "\n".join([words, *listed(due)])
