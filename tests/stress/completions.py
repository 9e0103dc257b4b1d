"""Many clients at the same rotations: each rotation is completed once, and each secret recorded once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import ValidationError
from django.db import OperationalError

from audit.acts import acting
from audit.models import ChangeSet, User
from inventory.models import Environment, Secret, Service
from rotations.completion import complete
from rotations.models import Rotation, RotationItem
from rotations.recording import record_rotation
from tests.factories import TODAY, make_user


@dataclass
class Outcome:
    """How many rotations one client completed and secrets it recorded, and how often another one had been before it."""

    completed: int = 0
    recorded: int = 0
    too_late: int = 0
    pressed_again: int = 0  # SQLite lets one write at a time, and has others wait for 20 seconds at most


def prepare(number: int) -> None:
    """Make an account and `number` planned rotations of one secret each."""
    make_user(username="clients", roles=("security",))
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        place = Environment.objects.create(code="prod", name="Production")
        service = Service.objects.create(code="stripe")
        names = [f"key_{count}" for count in range(number)]
        secrets = [Secret(environment=place, service=service, credential_type=name) for name in names]
        Secret.objects.bulk_create(secrets, batch_size=500)
        rotations = [Rotation(state="planned", planned_on=TODAY) for _ in names]
        Rotation.objects.bulk_create(rotations, batch_size=500)
        pairs = zip(rotations, secrets, strict=True)
        items = [RotationItem(rotation=rotation, secret=secret) for rotation, secret in pairs]
        RotationItem.objects.bulk_create(items, batch_size=500)


def go_through_all() -> Outcome:
    """Record the secret of every rotation and complete it, as all other clients do at the same time."""
    outcome, by = Outcome(), User.objects.get(username="clients")
    for item in RotationItem.objects.select_related("secret", "rotation").order_by("pk"):
        record = partial(record_rotation, secrets=[item.secret], on=TODAY, by=by, today=TODAY)
        finish = partial(complete, rotation=item.rotation, by=by, today=TODAY, old_alive_reason="Until Thursday")
        recorded, completed = _done(record, by, outcome), _done(finish, by, outcome)
        outcome.recorded += recorded
        outcome.completed += completed
        outcome.too_late += 2 - recorded - completed
    return outcome


def _done(act: Callable[[], object], by: User, outcome: Outcome) -> bool:
    while True:
        try:
            with acting(actor=by, source=ChangeSet.Source.WEB, reason="With others"):
                act()
        except OperationalError:
            outcome.pressed_again += 1
            continue
        except ValidationError as error:
            if error.code not in ("recorded", "over"):
                raise
            return False
        return True
