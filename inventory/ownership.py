"""Hands secrets over: to whom they go, by whom and why."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from audit.acts import because
from audit.models import User
from contacts.models import Person
from inventory.models import Secret
from inventory.policies import may_hand_over

KEEP = object()


def hand_over(
    *,
    secrets: Iterable[Secret],
    by: User,
    reason: str,
    owner: Person | object | None = KEEP,
    backup_owner: Person | object | None = KEEP,
) -> list[Secret]:
    """Give `secrets` another owner, another backup owner, or both, and return those that changed.

    KEEP leaves one as it is; None makes a gap. All or nothing: raises PermissionDenied where `by` may not hand
    one of them over, ValidationError where somebody has left or would be owner and backup owner at once. The number
    of queries grows by chunks of 500 secrets.
    """
    because(reason)
    with transaction.atomic():
        keys = [secret.pk for secret in secrets]
        rows = Secret.objects.filter(pk__in=keys).select_related("type").order_by("pk")
        locked = rows.select_for_update(of=("self",))
        changed = [secret for secret in locked if _changes_hands(secret, by, owner, backup_owner)]
        Secret.objects.bulk_update(changed, ["owner", "backup_owner"], batch_size=500)
        return changed


def _changes_hands(secret: Secret, by: User, owner: object, backup_owner: object) -> bool:
    if not may_hand_over(by, secret):
        raise PermissionDenied(f"{secret} is not yours to hand over.")
    before = (secret.owner_id, secret.backup_owner_id)
    for name, person in (("owner", owner), ("backup_owner", backup_owner)):
        if person is KEEP:
            continue
        if isinstance(person, Person) and not person.is_active:
            raise ValidationError({name: f"{person} is no longer active. Choose somebody who is."}, code="inactive")
        setattr(secret, name, person)
    if secret.owner_id is not None and secret.owner_id == secret.backup_owner_id:
        raise ValidationError(
            {"backup_owner": f"{secret.owner} would be owner and backup owner of {secret}. Choose two people."},
            code="same_person",
        )
    return before != (secret.owner_id, secret.backup_owner_id)


def what_they_own(person: Person) -> list[Secret]:
    """Return the secrets in use that `person` owns, by name; one query."""
    return list(Secret.objects.in_use().owned_by(person).order_by("name"))
