"""Knows who may see the register and its changes, and who may administer accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from audit.models import User

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
    """Return whether `user` may add accounts, grant roles and deactivate."""
    return is_security(user)


def may_keep_preferences(user: AnyUser) -> bool:
    """Return whether `user` may set their own colours and shortcuts: whoever is signed in."""
    return bool(user.is_authenticated)
