"""Knows whom to call, in which order and why; names every gap and skips nothing in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date

from contacts.models import Absence, EscalationStep, Person, Team

Kind = EscalationStep.Kind
_OF_A_SECRET: dict[str, str] = {
    Kind.OWNER: "Primary owner",
    Kind.BACKUP_OWNER: "Backup owner",
    Kind.TEAM_LEAD: "Team lead",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the call order: a person and why they are on it, or a gap in words."""

    step: int
    reason: str
    person: Person | None
    gap: str
    wait_minutes: int
    team: Team | None = None
    away_until: date | None = None
    already: int | None = None
    # Whom the step means is known only once a secret is: its owner, its backup owner, the lead of its team.
    depends: bool = False

    @property
    def is_open(self) -> bool:
        """Whether this person can be called now: here, and not called at an earlier step."""
        return self.person is not None and not self.gap and self.away_until is None and self.already is None


@dataclass(frozen=True, slots=True)
class _Situation:
    """What the steps are resolved against."""

    owner: Person | None
    backup_owner: Person | None
    team: Team | None
    away: dict[int, date] = field(default_factory=dict)
    members: dict[int, list[Person]] = field(default_factory=dict)


def call_order(*, owner: Person | None, backup_owner: Person | None, team: Team | None, today: date) -> list[Call]:
    """Return the calls in their order, at least one line for every step of the escalation path.

    A person who comes twice is marked by `already`, the step they came at first. Costs at most three
    queries, plus one where `team` came without its lead.
    """
    steps = list(path())
    situation = _situation(steps, owner, backup_owner, team, today)
    calls = [call for number, step in enumerate(steps, 1) for call in _calls_of(number, step, situation)]
    return _with_repeats(calls)


class CallOrders:
    """The call orders of one day, for any number of secrets: the path and the absences are read once.

    A register without a path gets that of the document: owner, backup owner, team lead. `away` is the last day of
    absence by person's key.
    """

    def __init__(self, *, today: date) -> None:
        self._steps = list(path()) or [EscalationStep(kind=kind) for kind in _OF_A_SECRET]
        self._members = _members_of(self._steps)
        self.away = absences(today)

    def on(self, day: date) -> CallOrders:
        """Return those of another day, with today's path and people; one query."""
        found = copy(self)
        found.away = absences(day)
        return found

    def of(self, *, owner: Person | None, backup_owner: Person | None, team: Team | None) -> list[Call]:
        """Return the calls in their order, as `call_order` does; no query where `team` came with its lead."""
        situation = _Situation(owner, backup_owner, team, self.away, self._members)
        calls = [call for number, step in enumerate(self._steps, 1) for call in _calls_of(number, step, situation)]
        return _with_repeats(calls)


def absences(day: date) -> dict[int, date]:
    """Return the last day of absence by person's key, for everybody who is away on `day`; one query."""
    away = Absence.objects.filter(first_on__lte=day, last_on__gte=day).order_by("last_on")
    return dict(away.values_list("person_id", "last_on"))


def standing_order(*, today: date) -> list[Call]:
    """Return the calls in their order while no secret is named: what `depends` on one is left open, gaps are named.

    At most three queries.
    """
    steps = list(path())
    situation = _situation(steps, None, None, None, today)
    calls = []
    for number, step in enumerate(steps, 1):
        if step.kind in _OF_A_SECRET:
            calls.append(Call(number, _OF_A_SECRET[step.kind], None, "", step.wait_minutes, depends=True))
        else:
            calls += _calls_of(number, step, situation)
    return _with_repeats(calls)


def next_call(calls: Sequence[Call]) -> Call | None:
    """Return the first call that can be made now, or None where nobody can be reached."""
    return next((call for call in calls if call.is_open), None)


def path() -> Iterable[EscalationStep]:
    """Return the steps of the escalation path in order, with their people; one query."""
    related = ("team__lead", "titled_role__person")
    return EscalationStep.objects.select_related(*related).order_by("position", "pk")


def away_until(people: Iterable[Person], *, today: date) -> dict[int, date]:
    """Return the last day of absence by person's key, for those of `people` who are away on `today`; one query."""
    keys = {person.pk for person in people}
    rows = Absence.objects.filter(person_id__in=keys, first_on__lte=today, last_on__gte=today)
    return dict(rows.order_by("last_on").values_list("person_id", "last_on"))


def _situation(
    steps: Sequence[EscalationStep], owner: Person | None, backup_owner: Person | None, team: Team | None, today: date
) -> _Situation:
    members = _members_of(steps)
    known = _Situation(owner, backup_owner, team, members=members)
    people = [*_people_of(steps, known), *(person for some in members.values() for person in some)]
    return replace(known, away=away_until(people, today=today))


def _people_of(steps: Iterable[EscalationStep], situation: _Situation) -> Iterator[Person]:
    lead = situation.team.lead if situation.team else None
    found: list[Person | None] = [situation.owner, situation.backup_owner, lead]
    for step in steps:
        found.append(step.team.lead if step.team else None)
        found.append(step.titled_role.person if step.titled_role else None)
    return (person for person in found if person is not None)


def _members_of(steps: Iterable[EscalationStep]) -> dict[int, list[Person]]:
    """Return the active people of every team that is a step, by name; one query, or none without such a step."""
    teams = {step.team_id for step in steps if step.kind == Kind.TEAM and step.team_id is not None}
    found: dict[int, list[Person]] = {key: [] for key in teams}
    if teams:
        for person in Person.objects.filter(team_id__in=teams, is_active=True).order_by("name", "pk"):
            if person.team_id is not None:
                found[person.team_id].append(person)
    return found


def _calls_of(number: int, step: EscalationStep, situation: _Situation) -> list[Call]:
    """Return the calls of one step; of a team its lead, and its other members where the lead cannot be called."""
    if step.kind == Kind.OWNER:
        return [_call(number, step, situation, "Primary owner", situation.owner, "No owner")]
    if step.kind == Kind.BACKUP_OWNER:
        return [_call(number, step, situation, "Backup owner", situation.backup_owner, "No backup owner")]
    if step.kind == Kind.TEAM_LEAD:
        return [_team_lead(number, step, situation)]
    if step.kind == Kind.TITLED_ROLE:
        role = step.titled_role
        title = role.title if role else "Titled role"
        return [_call(number, step, situation, title, role.person if role else None, f"Nobody is {title}")]
    return _team(number, step, situation)


def _team_lead(number: int, step: EscalationStep, situation: _Situation) -> Call:
    team = situation.team
    if team is None:
        return _call(number, step, situation, "Team lead", None, "No team, so no team lead")
    call = _call(number, step, situation, f"Team lead, {team.name}", team.lead, f"{team.name} has no lead")
    return replace(call, team=team)


def _team(number: int, step: EscalationStep, situation: _Situation) -> list[Call]:
    team = step.team
    if team is None:
        return [_call(number, step, situation, "Team", None, "No team chosen for this step")]
    lead = _call(number, step, situation, f"Lead of {team.name}", team.lead, f"{team.name} has no lead")
    others = [person for person in situation.members[team.pk] if person.pk != team.lead_id]
    calls = [lead]
    if not lead.is_open:
        calls += [_call(number, step, situation, team.name, person, "") for person in others]
    if team.lead is None and not others:
        calls = [replace(lead, gap=f"Nobody is in {team.name}")]
    return [replace(call, team=team) for call in calls]


def _call(
    number: int, step: EscalationStep, situation: _Situation, reason: str, person: Person | None, gap: str
) -> Call:
    if person is not None:
        gap = "" if person.is_active else f"{person.name} is no longer active"
    away = situation.away.get(person.pk) if person is not None else None
    return Call(number, reason, person, gap, step.wait_minutes, away_until=away)


def _with_repeats(calls: Iterable[Call]) -> list[Call]:
    first: dict[int, int] = {}
    seen = []
    for call in calls:
        key = call.person.pk if call.person is not None else None
        already = first.get(key) if key is not None else None
        seen.append(replace(call, already=already))
        if key is not None:
            first.setdefault(key, call.step)
    return seen
