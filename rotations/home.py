"""Gathers what somebody has to do, most urgent first. Knows no request and reads no clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone

from audit.context import address
from audit.models import User, WaitingReview
from audit.policies import OWNER, is_security, roles_of
from audit.relative_dates import counted
from contacts.models import Person
from inventory.counts import Overview
from inventory.models import Secret
from inventory.policies import person_of
from inventory.policy import DUE_SOON_DAYS
from inventory.querysets import SecretQuerySet
from inventory.wanted import NOBODY, Wanted
from rotations.models import ReminderRun, Rotation, RotationItem, RotationTask
from rotations.progress import with_progress
from rotations.querysets import RotationQuerySet, RotationTaskQuerySet
from rotations.told import not_invited, undelivered

MOST = 7
_ROTATIONS = "rotations:rotations"
_ROTATE_NOW, _DATED, _NO_DATE, _GAP = range(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do: a verb, what it is done to (a secret, or words), why, until when, and a button that does it."""

    urgency: tuple[int, date]
    verb: str
    secret: Secret | None = None
    words: str = ""
    reason: str
    due_on: date | None = None
    button: str
    href: str


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody has to do: the first tasks, the number of all, and how many secrets they own."""

    tasks: Sequence[Task]
    count: int
    person: Person | None
    owned: int

    @property
    def left(self) -> int:
        """How many tasks are not among the first ones."""
        return self.count - len(self.tasks)


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that links to exactly the rows it counts; `tone` is the class of its colour where it is not zero."""

    number: int
    label: str
    href: str
    tone: str = ""
    of: int | None = None


def tiles(overview: Overview) -> list[Tile]:
    """Return the six numbers of the whole register."""
    return [
        Tile(overview.overdue, "Overdue", _secrets(standing="overdue"), "is-bad"),
        Tile(overview.due_soon, f"Due in {DUE_SOON_DAYS} days", _secrets(standing="due_soon"), "is-warn"),
        Tile(overview.no_owner, "No owner", _secrets(owner=NOBODY), "is-warn"),
        Tile(overview.no_backup, "No backup", _secrets(backup_owner=NOBODY), "is-warn"),
        Tile(overview.no_date, "No date recorded", _secrets(standing="no_date"), "is-warn"),
        Tile(overview.on_schedule, "On schedule", _secrets(standing="on_schedule"), of=overview.in_use),
    ]


def work_of(user: User, *, overview: Overview, today: date) -> Work:
    """Return what `user` has to do on `today`; at most sixteen queries, however much it is."""
    person = person_of(user) if OWNER in roles_of(user) or is_security(user) else None
    secrets, plans = _urgent(_theirs(user, person), today), _led_by(person, today)
    clean_ups = _clean_ups(person, today)
    objections = _objections_to(user)
    gaps = [*_to_tidy_up(overview), *_to_reach(today)] if is_security(user) else []
    tasks = [*_to_rotate(secrets, person), *_to_lead(plans), *_to_clean_up(clean_ups), *_to_answer(objections), *gaps]
    tasks.sort(key=lambda task: task.urgency)
    owned = Secret.objects.in_use().owned_by(person).count() if person is not None else 0
    count = secrets.count() + plans.count() + clean_ups.count() + objections.count() + len(gaps)
    return Work(tasks[:MOST], count, person, owned)


def _theirs(user: User, person: Person | None) -> SecretQuerySet:
    """Return the secrets that are `user`'s to rotate; a compromised one is security's too."""
    own = Secret.objects.answered_for_by(person) if person is not None else Secret.objects.none()
    return own | Secret.objects.filter(status="compromised") if is_security(user) else own


def _urgent(secrets: SecretQuerySet, today: date) -> SecretQuerySet:
    """Return those that are to be rotated now or within 30 days, or have no date, the most urgent first."""
    wanted = secrets.rotate_now(today) | secrets.overdue(today) | secrets.due_soon(today) | secrets.no_date(today)
    compromised_first = Case(When(status="compromised", then=Value(0)), default=Value(1))
    return wanted.order_by(compromised_first, F("next_rotation_on").asc(nulls_last=True), "pk")


def _to_rotate(secrets: SecretQuerySet, person: Person | None) -> Iterator[Task]:
    first = list(secrets.select_related("type")[:MOST])
    planned = RotationItem.objects.filter(secret__in=first).planned_first()
    for secret in first:
        item = planned.get(secret.pk)
        yield _rotate(secret, person, item.rotation if item is not None else None)


def _rotate(secret: Secret, person: Person | None, plan: Rotation | None) -> Task:
    compromised, due_on = secret.is_compromised, secret.next_rotation_on
    rank = _ROTATE_NOW if compromised else _NO_DATE if due_on is None else _DATED
    whose = "It is compromised."
    if person is not None and secret.owner_id == person.pk:
        whose = "You own it."
    elif person is not None and secret.backup_owner_id == person.pk:
        whose = "You are its backup owner."
    reason = f"{whose} {_history(secret)}"
    own = reverse("rotations:record_one", args=[secret.environment_id, secret.service_id, secret.credential_type])
    button, href = "Record rotation", own
    if plan is not None and not compromised:
        reason = f"{whose} Planned: {plan}."
        button, href = "Open rotation", plan.get_absolute_url()
    urgency = (rank, due_on or date.max)
    return Task(urgency=urgency, verb="Rotate", secret=secret, reason=reason, due_on=due_on, button=button, href=href)


def _history(secret: Secret) -> str:
    last = f"Last rotated {secret.last_rotated_on}." if secret.last_rotated_on else "No rotation is recorded yet."
    days = secret.interval_days
    return f"{last} Policy is {counted(days, 'day')}." if days is not None else f"{last} No interval is set."


def _led_by(person: Person | None, today: date) -> RotationQuerySet:
    """Return the planned rotations that `person` leads and that come within 30 days or should be over."""
    if person is None:
        return Rotation.objects.none()
    last = today + timedelta(days=DUE_SOON_DAYS)
    return Rotation.objects.upcoming().with_secrets_left().filter(owner=person, planned_on__lte=last)


def _clean_ups(person: Person | None, today: date) -> RotationTaskQuerySet:
    """Return the clean-ups that come within 30 days or are late, in rotations that `person` leads."""
    if person is None:
        nothing: RotationTaskQuerySet = RotationTask.objects.none()
        return nothing
    last = today + timedelta(days=DUE_SOON_DAYS)
    waiting: RotationTaskQuerySet = RotationTask.objects.waiting()
    return waiting.filter(rotation__owner=person, due_on__lte=last)


def _to_lead(plans: RotationQuerySet) -> Iterator[Task]:
    for plan in with_progress(plans.with_lead().soonest_first()[:MOST]):
        yield Task(
            urgency=(_DATED, plan.planned_on or date.max),
            verb="Lead the rotation",
            words=str(plan),
            reason=f"You lead it. {plan.done} of {counted(plan.total, 'secret')} done.",
            due_on=plan.planned_on,
            button="Open rotation",
            href=plan.get_absolute_url(),
        )


def _to_clean_up(clean_ups: RotationTaskQuerySet) -> Iterator[Task]:
    rows = clean_ups.select_related("rotation__environment").order_by("due_on", "pk")[:MOST]
    told = {rotation.pk: rotation for rotation in with_progress([task.rotation for task in rows])}
    for task in rows:
        rotation = told[task.rotation_id]
        yield Task(
            urgency=(_DATED, task.due_on or date.max),
            verb="Revoke the old ones of",
            words=rotation.first_secret if rotation.total == 1 else str(rotation),
            reason="They still work, as far as is known.",
            due_on=task.due_on,
            button="Open rotation",
            href=rotation.get_absolute_url(),
        )


def _objections_to(user: User) -> QuerySet[WaitingReview]:
    """Return the objections that `user` answers: those to their changes, for security those to the system's too."""
    theirs = Q(author=user) | Q(author__isnull=True) if is_security(user) else Q(author=user)
    return WaitingReview.objects.filter(theirs, state=WaitingReview.State.OBJECTED)


def _to_answer(objections: QuerySet[WaitingReview]) -> Iterator[Task]:
    for waiting in objections.select_related("change_set", "objection").order_by("objection__at", "pk")[:MOST]:
        said = waiting.objection
        if said is not None:
            yield Task(
                urgency=(_DATED, timezone.localdate(said.at)),
                verb="Answer the objection to",
                words=f"entry {waiting.pk}",
                reason=f"{said.reviewer_name}: “{said.comment}”",
                button="Open entry",
                href=waiting.change_set.get_absolute_url(),
            )


def _to_tidy_up(overview: Overview) -> Iterator[Task]:
    """Return what security does about gaps in the register."""
    drafts = Rotation.objects.drafts().count()
    owners, backups = _secrets(owner=NOBODY), _secrets(backup_owner=NOBODY)
    known = (
        (overview.no_owner, "secret", "Find owners for", "Nobody answers for them.", owners),
        (overview.no_backup, "secret", "Find backup owners for", "Nobody takes over when the owner is away.", backups),
        (drafts, "draft", "Give a date to", "Without a date they remind nobody.", f"{reverse(_ROTATIONS)}#drafts"),
    )
    for number, noun, verb, reason, href in known:
        if number:
            words = counted(number, noun)
            yield Task(urgency=(_GAP, date.max), verb=verb, words=words, reason=reason, button="Show them", href=href)


def _to_reach(today: date) -> Iterator[Task]:
    """Return what security does where reminders and invitations reach nobody, or not whom they were meant for."""
    failed, not_asked = undelivered(today).count(), not_invited(today).count()
    run = ReminderRun.objects.order_by("-on").first()
    lost = run.nobody if run is not None else 0
    known = (
        (failed, "message", "Find out why", "could not be delivered", "The next on the escalation path was told."),
        (not_asked, "invitation", "Find out why", "could not be delivered", "A calendar lacks a rotation to come."),
        (lost, "thing", "Find somebody to remind of", "", "Nobody on the escalation path can be reached."),
    )
    for number, noun, verb, rest, reason in known:
        if number:
            words, href = f"{counted(number, noun)} {rest}".strip(), reverse("rotations:reminders")
            yield Task(urgency=(_GAP, date.min), verb=verb, words=words, reason=reason, button="Show", href=href)


def _secrets(**wanted: str) -> str:
    return f"{address('inventory:secrets')}{Wanted(**wanted).query}"
