"""Knows who may see, add, edit and hand over secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.policies import OWNER, is_security, may_see_register, roles_of

if TYPE_CHECKING:
    from audit.models import User
    from contacts.models import Person
    from inventory.models import Secret


def person_of(user: User) -> Person | None:
    """Return the active person whose account `user` is; one query, then remembered on the account."""
    if not hasattr(user, "_person"):
        person = getattr(user, "person", None)
        user._person = person if person is not None and person.is_active else None  # type: ignore[attr-defined]
    return user._person  # type: ignore[attr-defined, no-any-return]


def may_see(user: User, secret: Secret) -> bool:
    """Return whether `user` may see `secret`."""
    return may_see_register(user)


def may_add(user: User, *, owner: Person | None = None) -> bool:
    """Return whether `user` may add a secret of `owner`; None asks whether they may add any at all."""
    if is_security(user):
        return True
    person = person_of(user) if OWNER in roles_of(user) else None
    return person is not None and (owner is None or owner == person)


def may_edit(user: User, secret: Secret) -> bool:
    """Return whether `user` may change the facts of `secret`: security, its owner and its backup owner."""
    return is_security(user) or answers_for(user, secret)


def may_hand_over(user: User, secret: Secret) -> bool:
    """Return whether `user` may give `secret` another owner or backup owner."""
    return may_edit(user, secret)


def may_administer_inventory(user: User) -> bool:
    """Return whether `user` may change environments, services, types and team assignments."""
    return is_security(user)


def may_mark_compromised(user: User, secret: Secret) -> bool:
    """Return whether `user` may say that `secret` leaked: whoever sees it."""
    return may_see(user, secret)


def answers_for(user: User, secret: Secret) -> bool:
    """Return whether `user` has the role owner and owns or backs up `secret`."""
    if OWNER not in roles_of(user):
        return False
    person = person_of(user)
    return person is not None and person.pk in (secret.owner_id, secret.backup_owner_id)
