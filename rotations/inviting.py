"""Knows whom to invite to which rotation, whom to tell that it moved, and for whom it is cancelled.

Those who asked for it and have an address are invited to what they lead or own a secret to do in. What is complete or
over is said nothing of. Who has another address than before is cancelled at the former one first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from rotations.abandoned import ABANDONED
from rotations.audience import shut_out
from rotations.calendar_window import DAYS_AHEAD
from rotations.models import Invitation, Rotation, RotationItem

State = Invitation.State
Pair = tuple[int, int]
_TAKES = {"invitations": True, "is_active": True}


@dataclass(frozen=True, slots=True)
class Due:
    """A message to be sent: whether it invites or cancels, for which day, and whether it was tried before."""

    row: Invitation
    state: str
    on: date | None
    is_again: bool

    @property
    def sequence(self) -> int:
        """The number of the message: greater than that of every other one before."""
        if self.is_again:
            return self.row.sequence
        least = 0 if self.row.state == State.NEW else self.row.sequence + 1
        return max(least, self.row.rotation.sequence)

    @property
    def address(self) -> str:
        """Where it goes: what is cancelled, where the invitation went."""
        return self.row.person.email if self.state == State.INVITED else self.row.address

    @property
    def words(self) -> str:
        """What it says, in one word."""
        if self.state == State.CANCELLED:
            return "cancelled"
        return "invited" if self.row.state != State.INVITED or self.is_again else "moved"


@dataclass(frozen=True, slots=True)
class Concerned:
    """People and the rotations that concern them, by keys: those to invite, and those not to cancel for."""

    invited: set[Pair]
    kept: set[Pair]


def note_new(*, today: date, now: datetime) -> None:
    """Make a row for everybody who is to be invited for the first time; three queries."""
    known = set(Invitation.objects.filter(rotation__in=Rotation.objects.upcoming()).values_list("person", "rotation"))
    new = sorted(concerned(today=today).invited - known)
    rows = [
        Invitation(person_id=person, rotation_id=rotation, made_at=now, next_attempt_at=now) for person, rotation in new
    ]
    Invitation.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def due(*, today: date, now: datetime, key: int | None = None) -> list[Due]:
    """Return what is to be sent now, of every invitation or of one; three queries.

    What failed because the mail server did comes first, the least tried of the others next.
    """
    rows = Invitation.objects.exclude(rotation__state=Rotation.State.COMPLETE)
    rows = rows.filter(Q(rotation__state__in=("planned", "in_progress")) | ~Q(state=State.CANCELLED) | _UNSETTLED)
    rows = rows.filter(pk=key) if key is not None else rows
    found = list(rows.select_related("person", "rotation").order_by("-is_outage", "attempts", "pk"))
    whom = concerned(today=today, rotations={row.rotation_id for row in found} if key is not None else None)
    wanted = ((row, _wanted(row, whom, today)) for row in found)
    return [message for row, state in wanted if state and (message := _message(row, state, now))]


def concerned(*, today: date, rotations: Iterable[int] | None = None) -> Concerned:
    """Return whom which rotations concern, of all that are planned or under way, or of some; three queries."""
    open_ones = Rotation.objects.upcoming()
    open_ones = open_ones if rotations is None else open_ones.filter(pk__in=rotations)
    gone = shut_out()
    led = open_ones.filter(**{f"owner__{name}": value for name, value in _TAKES.items()}).exclude(owner__email="")
    led = led.exclude(owner__in=gone)
    leads: Iterable[Any] = led.values_list("owner", "pk", "planned_on")
    items = RotationItem.objects.filter(rotation__in=open_ones)
    items = items.filter(**{f"secret__owner__{name}": value for name, value in _TAKES.items()})
    items = items.exclude(secret__owner__email="").exclude(secret__owner__in=gone)
    # Who did their part on the day itself is not told that it is cancelled; who did it before, is.
    items = items.filter(Q(outcome=RotationItem.Outcome.OPEN) | Q(rotation__planned_on__lte=today))
    owns: Iterable[Any] = items.values_list("secret__owner", "rotation", "rotation__planned_on", "outcome").distinct()
    kept = {(person, key): on for person, key, on in leads}
    to_do = set(kept)
    for person, key, on, outcome in owns:
        kept[person, key] = on
        if outcome == RotationItem.Outcome.OPEN:
            to_do.add((person, key))
    last_on = today + timedelta(days=DAYS_AHEAD)
    return Concerned({pair for pair in to_do if today <= kept[pair] <= last_on}, set(kept))


_UNSETTLED = Q(is_settled=False)


def _wanted(row: Invitation, whom: Concerned, today: date) -> str:
    """Return what the last message should say, "" where nothing is to be said."""
    pair = row.person_id, row.rotation_id
    if row.state == State.NEW:
        return State.INVITED if pair in whom.invited else ""
    is_there = row.address == row.person.email
    if row.state == State.CANCELLED:
        return State.INVITED if pair in whom.invited and (is_there or row.is_settled) else State.CANCELLED
    if pair in whom.kept and is_there:
        return State.INVITED
    rotation = row.rotation
    is_over = rotation.is_open and row.on == rotation.planned_on and row.on is not None and row.on < today
    return "" if is_over else State.CANCELLED


def _message(row: Invitation, state: str, now: datetime) -> Due | None:
    """Return the message that says so, unless it was sent, is being sent, or is to be tried later."""
    if row.claimed_at is not None and row.claimed_at > now - ABANDONED:
        return None
    on = row.rotation.planned_on if state == State.INVITED else row.on
    is_said = row.state == state and (row.on == on)
    if is_said and (row.is_settled or row.next_attempt_at > now):
        return None
    return Due(row, state, on, is_said)
