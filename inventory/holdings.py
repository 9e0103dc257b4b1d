"""Knows what people and teams answer for, and what is left without anybody when one of them goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q

from audit.models import User
from audit.policies import OWNER, is_security, roles_of
from contacts.models import Person, Team, TitledRole
from inventory.models import Secret, SecretType
from inventory.policies import person_of

MOST_AT_ONCE = 2000
GAPS_NAMED = 8  # of each kind, as in templates/contacts/gaps.html


@dataclass(frozen=True, slots=True)
class Holding:
    """How many secrets in use somebody owns and backs up, and how many of the owned ones are late."""

    owns: int = 0
    late: int = 0
    backs_up: int = 0


@dataclass(frozen=True, slots=True)
class Gaps:
    """What nobody answers for, and who answers for something but cannot."""

    without_owner: int
    without_backup_owner: int
    vacant: Sequence[TitledRole]
    leaderless: Sequence[Team]
    left: Sequence[Person]
    unreachable: Sequence[Person]

    def __bool__(self) -> bool:
        counted = self.without_owner or self.without_backup_owner
        return bool(counted or self.vacant or self.leaderless or self.left or self.unreachable)

    @property
    def more(self) -> int:
        """How many people, titles and teams are not named where only the first ones of each are."""
        named = (self.vacant, self.leaderless, self.left, self.unreachable)
        return sum(max(0, len(some) - GAPS_NAMED) for some in named)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What changes when a person leaves: who takes over how many secrets, and what is left without anybody."""

    successors: Sequence[tuple[Person, int]]
    orphaned: int
    without_backup: int
    titles: Sequence[TitledRole]
    teams: Sequence[Team]

    def __bool__(self) -> bool:
        return bool(self.successors or self.orphaned or self.without_backup or self.titles or self.teams)


def holdings(people: Iterable[Person], *, today: date) -> dict[int, Holding]:
    """Return what each of `people` holds, by key; two queries, however many there are."""
    keys = [person.pk for person in people]
    late = Q(pk__in=Secret.objects.overdue(today).values("pk")) | Q(status="compromised")
    owned = Secret.objects.in_use().filter(owner__in=keys).order_by().values("owner_id")
    owns = {row["owner_id"]: row for row in owned.annotate(owns=Count("pk"), late=Count("pk", filter=late))}
    backed = Secret.objects.in_use().filter(backup_owner__in=keys).order_by().values_list("backup_owner_id")
    backs_up = dict(backed.annotate(count=Count("pk")))
    found = {}
    for key in keys:
        own = owns.get(key, {"owns": 0, "late": 0})
        found[key] = Holding(owns=own["owns"], late=own["late"], backs_up=backs_up.get(key, 0))
    return found


def titles(people: Iterable[Person]) -> dict[int, list[str]]:
    """Return the titles that each of `people` holds, by key; one query."""
    found: dict[int, list[str]] = {}
    held = TitledRole.objects.filter(person__in=[person.pk for person in people]).order_by("position", "title", "pk")
    for key, title in held.values_list("person_id", "title"):
        if key is not None:
            found.setdefault(key, []).append(title)
    return found


def gaps() -> Gaps:
    """Return what nobody answers for; six queries."""
    holds = Q(pk__in=Secret.objects.in_use().filter(owner__isnull=False).values("owner"))
    still = Person.objects.filter(holds).order_by("name", "pk")
    return Gaps(
        without_owner=Secret.objects.without_owner().count(),
        without_backup_owner=Secret.objects.without_backup_owner().count(),
        vacant=list(TitledRole.objects.filter(person__isnull=True).order_by("position", "title", "pk")),
        leaderless=list(Team.objects.filter(Q(lead__isnull=True) | Q(lead__is_active=False)).order_by("name", "pk")),
        left=list(still.filter(is_active=False)),
        unreachable=list(still.filter(is_active=True, phone="", slack_handle="", slack_user_id="")),
    )


def team_counts(teams: Iterable[Team]) -> dict[int, int]:
    """Return how many secrets in use each of `teams` has, of its own or through their type; two queries."""
    keys = [team.pk for team in teams]
    rows = Secret.objects.in_use().order_by()
    own = rows.filter(team__in=keys).values_list("team_id")
    through_type = rows.filter(team__isnull=True, type__responsible_team__in=keys)
    found = dict.fromkeys(keys, 0)
    for counted in (own, through_type.values_list(F("type__responsible_team_id"))):
        for key, count in counted.annotate(count=Count("pk")):
            found[key] += count
    return found


def leaving(person: Person) -> Leaving:
    """Return what changes when `person` leaves; six queries."""
    owned = Secret.objects.in_use().owned_by(person)
    kept = owned.filter(backup_owner__is_active=True).order_by()
    counts = dict(kept.values_list("backup_owner_id").annotate(count=Count("pk")))
    successors = Person.objects.filter(pk__in=counts).order_by("name", "pk")
    return Leaving(
        successors=[(successor, counts[successor.pk]) for successor in successors],
        orphaned=owned.count() - sum(counts.values()),
        without_backup=Secret.objects.in_use().filter(backup_owner=person).count(),
        titles=list(person.titled_roles.order_by("position", "title", "pk")),
        teams=list(person.teams_led.order_by("name", "pk")),
    )


def to_hand_over(person: Person, *, by: User) -> list[int]:
    """Return the keys of what `person` owns, where `by` may hand over all of it: security, and they themselves."""
    if not (is_security(by) or (OWNER in roles_of(by) and person_of(by) == person)):
        return []
    owned = Secret.objects.in_use().owned_by(person).order_by("pk")
    return list(owned.values_list("pk", flat=True)[:MOST_AT_ONCE])


def types_of(team: Team) -> list[SecretType]:
    """Return the types that `team` is responsible for, in the order of the document; one query."""
    return list(SecretType.objects.filter(responsible_team=team).order_by("position", "name", "pk"))
