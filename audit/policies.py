"""Knows who may see the register and its changes, and who may administer accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from audit.models import ChangeSet, User

    AnyUser: TypeAlias = User | AnonymousUser

SECURITY, OWNER, AUDITOR = "security", "owner", "auditor"


def roles_of(user: AnyUser) -> frozenset[str]:
    """Return the roles of `user`, none for somebody who is not signed in; at most one query."""
    return frozenset(getattr(user, "roles", ()))


def is_security(user: AnyUser) -> bool:
    """Return whether `user` may do everything."""
    return SECURITY in roles_of(user)


def is_examiner(user: AnyUser) -> bool:
    """Return whether `user` looks over what others did: security and auditors."""
    return bool(roles_of(user) & {SECURITY, AUDITOR})


def may_see_register(user: AnyUser) -> bool:
    """Return whether `user` has any role: whoever has one sees the whole register."""
    return bool(roles_of(user))


def may_see_changes(user: AnyUser) -> bool:
    """Return whether `user` may read the change log."""
    return may_see_register(user)


def may_administer_accounts(user: AnyUser) -> bool:
    """Return whether `user` may add accounts, grant roles, deactivate, set passwords and end sessions."""
    return is_security(user)


def may_keep_preferences(user: AnyUser) -> bool:
    """Return whether `user` may set their own colours and end their other sessions: whoever is signed in."""
    return bool(user.is_authenticated)


def may_review(user: AnyUser, change_set: ChangeSet) -> bool:
    """Return whether `user` may mark `change_set` as reviewed: security, but nobody their own."""
    return is_security(user) and change_set.actor_id != user.pk


def may_object(user: AnyUser, change_set: ChangeSet) -> bool:
    """Return whether `user` may object to `change_set`: who may review it."""
    return may_review(user, change_set)


def may_answer(user: AnyUser, change_set: ChangeSet) -> bool:
    """Return whether `user` may answer an objection to `change_set`: its author, for the system's own security."""
    if change_set.actor_id is None:
        return is_security(user)
    return may_see_register(user) and change_set.actor_id == user.pk


def may_take_back(user: AnyUser, change_set: ChangeSet) -> bool:
    """Return whether `user` may take `change_set` back after an objection: security, and its author if an owner.

    What may be changed of it is asked row by row besides.
    """
    return is_security(user) or (OWNER in roles_of(user) and change_set.actor_id == user.pk)
