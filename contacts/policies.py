"""Knows who may see and change people, teams and the escalation path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.policies import OWNER, is_security, may_see_register, roles_of

if TYPE_CHECKING:
    from audit.models import User
    from contacts.models import Person


def may_see_people(user: User) -> bool:
    """Return whether `user` may see people with their phone numbers."""
    return may_see_register(user)


def may_edit_contacts(user: User) -> bool:
    """Return whether `user` may add and change people, teams, titled roles and the escalation path."""
    return is_security(user)


def may_edit_person(user: User, person: Person) -> bool:
    """Return whether `user` may change how `person` is reached: security, and an owner for themselves."""
    return is_security(user) or (
        OWNER in roles_of(user) and person.account_id is not None and person.account_id == user.pk
    )
