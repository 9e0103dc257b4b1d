"""Tells a believable year of the sample register: rotations on time and late, people who come and go, a leak."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from audit.acts import Act, acting
from audit.models import ChangeSet, User
from contacts.models import Absence, Person
from documents.sample_reviews import reviews
from inventory.models import Consumer, Environment, Secret, SecretType, Service
from inventory.ownership import hand_over
from rotations.completion import cancel
from rotations.drafting import create_rotation
from rotations.models import Rotation, RotationItem
from rotations.recording import record_rotation

NOTES = (
    "Rolled the deployments, old one revoked after an hour",
    "Quarterly rotation",
    "Rotated together with the certificate",
    "New key in the store, consumers restarted one by one",
    "Done with the on-call engineer",
)


@dataclass(frozen=True, slots=True)
class Cast:
    """The accounts that act in the story."""

    security: User
    reviewer: User
    owner: User


@dataclass(frozen=True, slots=True)
class _Event:
    on: date
    tell: Callable[[date], None]


def tell_a_year(cast: Cast, *, today: date) -> None:
    """Fill the year before `today` with rotations and changes, in the order of their days.

    The same register and day make the same story. Every act carries the instant it tells of.
    """
    chance = Random(2026)  # noqa: S311  (a story, not a key)
    reviewed = [_Event(on, tell) for on, tell in reviews(cast.security, cast.reviewer, today=today)]
    events = [*_rotations(cast, chance, today), *_changes(cast, today), *reviewed]
    for event in sorted(events, key=lambda event: event.on):
        event.tell(event.on)
    _plan(cast, today)


def act_on(
    day: date, user: User | None, reason: str, hour: int = 10, source: str = ChangeSet.Source.WEB
) -> AbstractContextManager[Act]:
    """Return the act of `user` on `day`, at `hour` in the register's time zone."""
    at = datetime.combine(day, time(hour, 7 * hour % 60), ZoneInfo(settings.TIME_ZONE))
    return acting(actor=user, source=source, reason=reason, at=at)


def _rotations(cast: Cast, chance: Random, today: date) -> list[_Event]:
    """Return the rotations of every secret, four quarters long: most on time, some late, a few never."""
    events = []
    for number, secret in enumerate(Secret.objects.in_use().select_related("type").order_by("name")):
        interval = secret.interval_days
        if interval is None or secret.owner_id is None:
            continue
        on = today - timedelta(days=370 - chance.randrange(40))
        last = today - timedelta(days=(interval + 12) if number % 8 == 3 else chance.randrange(2, max(interval - 8, 4)))
        while on < last:
            events.append(_Event(on, _recorder(cast, secret, chance)))
            on += timedelta(days=interval + chance.randrange(-9, 5))
        events.append(_Event(last, _recorder(cast, secret, chance)))
    return events


def _recorder(cast: Cast, secret: Secret, chance: Random) -> Callable[[date], None]:
    note, hour = chance.choice(NOTES), chance.randrange(9, 17)
    own = secret.owner_id == cast.owner.person.pk
    by = cast.owner if own else cast.security

    def record(on: date) -> None:
        with act_on(on, by, note, hour=hour):
            record_rotation(
                secrets=[secret], on=on, by=by, today=on, note=note, earlier_is_meant=True, old_revoked=True
            )

    return record


def _changes(cast: Cast, today: date) -> list[_Event]:
    def days_ago(days: int) -> date:
        return today - timedelta(days=days)

    return [
        _Event(days_ago(310), lambda on: _close_what_was_planned(cast, on)),
        _Event(days_ago(301), lambda on: _name_consumers(cast, on)),
        _Event(days_ago(240), lambda on: _shorten_an_interval(cast, on)),
        _Event(days_ago(164), lambda on: _find_backups(cast, on)),
        _Event(days_ago(97), lambda on: _retire_one(cast, on)),
        _Event(days_ago(41), lambda on: _waive_one(cast, on)),
        _Event(days_ago(19), lambda on: _leak(cast, on)),
        _Event(days_ago(5), lambda on: _hand_one_over(cast, on)),
        _Event(days_ago(2), lambda on: _go_on_leave(cast, on)),
        _Event(days_ago(1), lambda on: _describe(cast, on)),
    ]


def _secrets() -> list[Secret]:
    return list(Secret.objects.active().select_related("type", "owner", "backup_owner").order_by("name"))


def _close_what_was_planned(cast: Cast, on: date) -> None:
    with act_on(on, cast.security, "Nobody answers for these yet", hour=17):
        for rotation in Rotation.objects.upcoming():
            for item in rotation.items.filter(outcome=RotationItem.Outcome.OPEN):
                item.outcome, item.note = RotationItem.Outcome.SKIPPED, "Nobody answers for it yet"
                item.save()
            cancel(rotation=rotation, by=cast.security, reason="Nobody answers for these yet")


def _name_consumers(cast: Cast, on: date) -> None:
    with act_on(on, cast.security, "Asked every team what breaks without its secrets", hour=15):
        for secret in _secrets()[::2]:
            Consumer.objects.create(
                secret=secret, name=f"{secret.service_id} worker", note="Restart it to take a new value"
            )
            Consumer.objects.create(secret=secret, name="nightly export")


def _shorten_an_interval(cast: Cast, on: date) -> None:
    kind = SecretType.objects.filter(rotation_interval_days__gt=90).order_by("name").first()
    if kind is not None:
        with act_on(on, cast.security, "Agreed in the security review: once a quarter", hour=14):
            kind.rotation_interval_days = 90
            kind.interval_reason = "Once a quarter, as the security review agreed"
            kind.save()


def _find_backups(cast: Cast, on: date) -> None:
    people = list(Person.objects.active().order_by("name"))
    for secret in [secret for secret in _secrets() if secret.owner is not None and secret.backup_owner is None][::2]:
        backup = next((person for person in people if person.pk != secret.owner_id), None)
        with act_on(on, cast.security, "Every production secret needs somebody who takes over", hour=16):
            hand_over(
                secrets=[secret], by=cast.security, reason="Somebody must be able to take over", backup_owner=backup
            )


def _retire_one(cast: Cast, on: date) -> None:
    with act_on(on, cast.security, "The service was switched off last week", hour=9):
        service, _ = Service.objects.get_or_create(code="sendmail", defaults={"name": "Old mail relay"})
        environment = Environment.objects.order_by("position", "code")[0]
        kind = SecretType.objects.order_by("name").first()
        Secret.objects.create(
            environment=environment, service=service, credential_type="relay_password", type=kind, status="retired"
        )


def _waive_one(cast: Cast, on: date) -> None:
    secret = _secrets()[-1]
    with act_on(on, cast.security, "The provider cannot rotate before their move", hour=13):
        secret.waived_until = on + timedelta(days=120)
        secret.waived_reason = "The provider cannot rotate before their move"
        secret.save()


def _leak(cast: Cast, on: date) -> None:
    secret = _secrets()[len(_secrets()) // 2]
    with act_on(on, cast.owner, "Seen in a public build log", hour=8):
        secret.status = Secret.Status.COMPROMISED
        secret.save()
    with act_on(on, cast.security, "New one in place an hour after the report", hour=9):
        note = "New one in place an hour after the report"
        if not RotationItem.objects.rotated().filter(secret=secret, rotated_on=on).exists():
            record_rotation(
                secrets=[secret], on=on, by=cast.security, today=on, note=note, earlier_is_meant=True, old_revoked=True
            )
    secret.refresh_from_db()
    with act_on(on, cast.security, "The old one is revoked, nothing was taken", hour=17):
        secret.status = Secret.Status.ACTIVE
        secret.save()


def _hand_one_over(cast: Cast, on: date) -> None:
    secret = next(secret for secret in _secrets() if secret.owner is not None)
    others = Person.objects.active().exclude(pk__in=[secret.owner_id, secret.backup_owner_id or 0]).order_by("-name")
    with act_on(on, cast.security, "Changed teams on the first of the month", hour=11):
        hand_over(
            secrets=[secret], by=cast.security, reason="Changed teams on the first of the month", owner=others.first()
        )


def _go_on_leave(cast: Cast, on: date) -> None:
    person = Person.objects.active().filter(account=None).order_by("name").first()
    if person is not None:
        with act_on(on, cast.security, "Parental leave", hour=12):
            Absence.objects.create(person=person, first_on=on, last_on=on + timedelta(days=30), reason="Parental leave")


def _describe(cast: Cast, on: date) -> None:
    owned = Secret.objects.active().owned_by(cast.owner.person).order_by("name")
    for secret in owned[:2]:
        with act_on(on, cast.owner, "Wrote down what it opens", hour=15):
            secret.purpose = f"Lets the platform talk to {secret.service_id}."
            secret.opens = "Everything that account may read and write."
            secret.store_path = f"kv/platform/{secret}"
            secret.save()


def _plan(cast: Cast, today: date) -> None:
    """Plan the next rotation of the first environment, so that there is something to look forward to."""
    environment = Environment.objects.order_by("position", "code")[0]
    with act_on(today - timedelta(days=1), cast.security, "Planned the next quarter", hour=16):
        create_rotation(
            secrets=list(Secret.objects.active().filter(environment=environment).order_by("name")[:6]),
            by=cast.security,
            planned_on=today + timedelta(days=24),
            owner=cast.owner.person,
            reason="Planned the next quarter",
            notes="Bring the list of consumers",
        )
