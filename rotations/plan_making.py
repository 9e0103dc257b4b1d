"""Carries out a plan that was looked at: makes its rotations, moves what is planned, all of it or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from audit.acts import because
from audit.models import User
from audit.one_at_a_time import PLANS, wait_for_others
from audit.relative_dates import counted
from rotations.completion import cancel
from rotations.drafting import create_rotation
from rotations.models import Rotation, RotationItem
from rotations.plan_gathering import PlannedItem
from rotations.plan_preview import Preview
from rotations.planning.problem import Placed
from rotations.policies import may_plan
from rotations.replanning import plan_for

# Each takes some hundredths of a second, and on SQLite everybody who writes waits for the last of them.
MOST_ROTATIONS = 1_000


@dataclass(frozen=True, slots=True)
class Made:
    """What was done: the rotations that were made, moved to another day, and cancelled as nothing is left in them."""

    created: Sequence[Rotation]
    moved: Sequence[Rotation]
    emptied: Sequence[Rotation]


def carry_out(preview: Preview, *, by: User) -> Made:
    """Make the rotations of `preview`, one for each day, environment and person; the caller holds the transaction.

    A rotation that moves as a whole keeps its identity and takes the new day with its clean-up; secrets that move
    alone leave theirs for one of the new ones. Raises PermissionDenied where `by` may not plan, and ValidationError
    with code "none" where there is nothing to do, "many" where it would be more than 1,000 rotations, and "changed"
    where something that is to move was recorded or moved since.
    """
    if not may_plan(by):
        raise PermissionDenied("Rotations are planned by security.")
    if not preview.to_do:
        raise ValidationError("There is nothing to plan.", code="none")
    if len(preview.events) > MOST_ROTATIONS:
        raise ValidationError(f"Create at most {MOST_ROTATIONS} rotations at once: choose a part.", code="many")
    reason = _reason(preview)
    because(reason)
    with transaction.atomic():
        _lock(preview)
        whole = _moved_as_a_whole(preview)
        moved = [
            plan_for(rotation=rotation, on=placed[0].on, clean_up_on=placed[0].clean_up_on, by=by, reason=reason)
            for rotation, placed in whole.items()
        ]
        for rotation in moved:
            _hand_over(rotation, whole[rotation], preview)
        carried = {placed.key for group in whole.values() for placed in group}
        emptied = _taken_out(preview, carried, by=by, reason=reason)
        created = [
            create_rotation(
                secrets=[preview.gathered.secrets[one.key] for one in group],
                by=by,
                planned_on=on,
                owner=person,
                reason=reason,
                clean_up_on=group[0].clean_up_on,
            )
            for (on, _, person), placed in sorted(preview.events.items(), key=lambda pair: (pair[0][0], pair[1][0].key))
            if (group := [one for one in placed if one.key not in carried])
        ]
    return Made(created, moved, emptied)


def _lock(preview: Preview) -> None:
    """Lock what is to move, and refuse where somebody recorded, began or moved it since the plan was worked out."""
    wanted = {item.key: item for item in preview.gathered.moving.values()}
    items = RotationItem.objects.filter(pk__in=wanted).select_for_update(of=("self",)).order_by("pk")
    outcomes = dict(items.values_list("pk", "outcome"))
    planned = Rotation.objects.filter(pk__in={item.rotation for item in wanted.values()}, state="planned")
    days = dict(planned.order_by("pk").select_for_update().values_list("pk", "planned_on"))
    for key, item in wanted.items():
        if outcomes.get(key) not in ("open", "deferred") or days.get(item.rotation) != item.on:
            words = "What is planned changed meanwhile. Look at the plan again, then create it."
            raise ValidationError(words, code="changed")


def one_after_the_other() -> None:
    """Wait for whoever carries out a plan: two who looked at the same plan must not both create it."""
    wait_for_others(PLANS)


def _hand_over(rotation: Rotation, placed: Sequence[Placed], preview: Preview) -> None:
    """Let whoever takes the secrets on the new day lead what moved, where an owner of theirs led it, or nobody."""
    person = preview.gathered.people[placed[0].by]
    secrets = [preview.gathered.secrets[one.key] for one in placed]
    owners = {key for secret in secrets for key in (secret.owner_id, secret.backup_owner_id)}
    if rotation.owner_id != person.pk and rotation.owner_id in owners | {None}:
        rotation.owner = person
        rotation.save(update_fields=["owner"])


def _reason(preview: Preview) -> str:
    window = preview.wish.window
    return (
        f"Planned {preview.wish.part}, {window.first_on} to {window.last_on}: {counted(len(preview.to_do), 'secret')}"
    )


def _moved_as_a_whole(preview: Preview) -> dict[Rotation, list[Placed]]:
    """Return the rotations all of whose secrets go to the same day and person, with them; three queries at most."""
    going: dict[int, list[Placed]] = defaultdict(list)
    for placed in preview.to_do:
        if placed.key in preview.gathered.moving:
            going[preview.gathered.moving[placed.key].rotation].append(placed)
    alike = {key: {(one.on, one.clean_up_on, one.by) for one in group} for key, group in going.items()}
    together = {key: group for key, group in going.items() if len(alike[key]) == 1}
    rotations = Rotation.objects.filter(pk__in=together).prefetch_related("items").order_by("pk")
    return {
        rotation: together[rotation.pk]
        for rotation in rotations
        if {item.secret_id for item in rotation.items.all()} == {one.key for one in together[rotation.pk]}
    }


def _taken_out(preview: Preview, carried: Collection[int], *, by: User, reason: str) -> list[Rotation]:
    """Take secrets that move alone out of their rotations; those that are then empty are cancelled and returned."""
    leaving = _leaving(preview, carried)
    RotationItem.objects.filter(pk__in=[item.key for item in leaving]).delete()
    left = Rotation.objects.filter(pk__in={item.rotation for item in leaving}, items__isnull=True).order_by("pk")
    return [cancel(rotation=rotation, by=by, reason=reason) for rotation in left]


def _leaving(preview: Preview, carried: Collection[int]) -> list[PlannedItem]:
    moving = preview.gathered.moving
    return [moving[one.key] for one in preview.to_do if one.key in moving and one.key not in carried]
