"""Random registers over simulated days: every day equals a register that was kept in memory."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from audit.past import Past
from inventory import schedule
from inventory.models import Consumer, Secret
from tests.factories import make_environment, make_person, make_secret, make_service, make_type

pytestmark = pytest.mark.usefixtures("sealed_acts")

DAY = date(2026, 6, 30)


class World:
    """What a register does, in memory: every act changes the present and is dated."""

    def __init__(self) -> None:
        self.dated: list[tuple[date, dict]] = []
        self.present: dict[str, tuple] = {}

    def told(self, day: date) -> None:
        self.dated.append((day, dict(self.present)))

    def on(self, day: date) -> dict[str, tuple]:
        """The last act dated that day or earlier, and all before it, are what was."""
        return next((state for dated, state in reversed(self.dated) if dated <= day), {})


@pytest.mark.parametrize("seed", range(5))
def test_every_day_equals_a_register_kept_in_memory(on, seed):
    chance, world = Random(seed), World()
    with on(days=-40):
        places = [make_environment(code=code) for code in ("prod", "dev")]
        make_service(), make_type()
        people = [make_person(name=f"Person {n}") for n in range(4)]
    secrets: list[Secret] = []
    for number in range(40):
        # Now and then the clock steps back; several acts share a day, and some an instant.
        day = DAY - timedelta(days=20) + timedelta(days=number // 2 + chance.choice((0, 0, 0, -3, 2)))
        with on(day):
            for step in range(chance.randrange(1, 4)):
                act(chance, secrets, people, places, f"key_{number}_{step}")
            world.present = state_now()
        world.told(day)

    for days in range(-25, 8):
        day = DAY + timedelta(days=days)
        assert state_of(Past(day)) == world.on(day), day


def act(chance, secrets, people, places, name):
    """Do one of the things that happen to a register."""
    kind = chance.randrange(6)
    if kind == 0 or not secrets:
        place = chance.choice(places).code
        secrets.append(make_secret(name=f"{place}/stripe/{name}", owner=chance.choice(people)))
    elif kind == 1:
        secret = chance.choice(secrets)
        Consumer.objects.filter(secret=secret).delete()
        secret.delete()
        secrets.remove(secret)
    elif kind == 2:
        person = chance.choice(people)
        person.name = f"Renamed {name}"
        person.save()
    elif kind == 3:
        Secret.objects.filter(owner=chance.choice(people)).update(purpose=name)
    elif kind == 4:
        chance.choice(secrets).consumers.create(name=name)
    else:
        secret = chance.choice(secrets)
        secret.refresh_from_db()
        secret.owner, secret.status = chance.choice([*people, None]), chance.choice(Secret.Status.values)
        secret.last_rotated_on = DAY - timedelta(days=chance.randrange(90))
        with schedule.recording():
            secret.save()


def facts(secret, consumers):
    owner = secret.owner.name if secret.owner else ""
    dates = (secret.last_rotated_on, secret.next_rotation_on, secret.urgent_on)
    return (owner, secret.status, secret.purpose, dates, tuple(sorted(consumers)))


def state_now():
    found = Secret.objects.select_related("owner").prefetch_related("consumers")
    return {str(row): facts(row, [one.name for one in row.consumers.all()]) for row in found}


def state_of(past):
    consumers: dict[int, list[str]] = {}
    for consumer in past.rows(Consumer).values():
        consumers.setdefault(consumer.secret_id, []).append(consumer.name)
    return {str(row): facts(row, consumers.get(row.pk, [])) for row in past.rows(Secret).values()}
