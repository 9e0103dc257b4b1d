"""Fills a register of a wanted size with a year of rotations, history included."""

from __future__ import annotations

from datetime import date, timedelta

from audit.acts import acting
from audit.models import ChangeSet, RoleGrant, User
from contacts.models import Person, Team
from inventory import schedule
from inventory.models import Environment, Secret, SecretType, Service
from rotations.models import Rotation, RotationItem

TODAY = date(2026, 7, 14)
BATCH = 5_000


def fill(size: int) -> User:
    """Write `size` secrets, one rotation of each in the past year and one planned, and return who may do everything."""
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Filled for a measurement"):
        security = User.objects.create_user("security", password=None)
        RoleGrant.objects.create(user=security, role="security")
        secrets = _secrets(size)
        _rotations(secrets)
    return security


def _secrets(size: int) -> list[Secret]:
    teams = Team.objects.bulk_create([Team(name=f"Team {n}") for n in range(20)])
    people = Person.objects.bulk_create(
        [
            Person(name=f"Person {n}", email=f"person{n}@example.org", slack_handle=f"p{n}", team=teams[n % 20])
            for n in range(200)
        ]
    )
    environments = Environment.objects.bulk_create(
        [Environment(code=code, name=name) for code, name in (("prod", "Production"), ("dev", "Development"))]
    )
    services = Service.objects.bulk_create([Service(code=f"service-{n}", name=f"Service {n}") for n in range(100)])
    types = SecretType.objects.bulk_create(
        [SecretType(name=f"Type {n}", rotation_interval_days=90, responsible_team=teams[n]) for n in range(6)]
    )
    secrets: list[Secret] = []
    for start in range(0, size, BATCH):
        rows = [
            Secret(
                environment=environments[n % 2],
                service=services[n % 100],
                credential_type=f"key_{n}",
                type=types[n % 6],
                owner=people[n % 200] if n % 10 else None,
                backup_owner=people[(n + 1) % 200] if n % 3 else None,
                last_rotated_on=TODAY - timedelta(days=n % 120) if n % 7 else None,
            )
            for n in range(start, min(start + BATCH, size))
        ]
        secrets += Secret.objects.bulk_create(rows)
    return secrets


def _rotations(secrets: list[Secret]) -> None:
    weeks = 52
    past = [
        Rotation(state="complete", completed_on=TODAY - timedelta(weeks=week), old_alive_reason="Filled in")
        for week in range(1, weeks + 1)
    ]
    planned = [
        Rotation(state="planned", environment_id="prod", planned_on=TODAY + timedelta(days=7 * week))
        for week in range(20)
    ]
    rotations = Rotation.objects.bulk_create([*past, *planned])
    for start in range(0, len(secrets), BATCH):
        items = [
            RotationItem(
                rotation=rotations[n % weeks],
                secret=secrets[n],
                outcome="rotated",
                rotated_on=rotations[n % weeks].completed_on,
            )
            for n in range(start, min(start + BATCH, len(secrets)))
        ]
        with schedule.recording():
            RotationItem.objects.bulk_create(items)
    few = [RotationItem(rotation=rotations[weeks + n % 20], secret=secrets[n]) for n in range(min(200, len(secrets)))]
    RotationItem.objects.bulk_create(few)
