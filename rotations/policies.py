"""Knows who may see, plan and record rotations, and who keeps which feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.policies import OWNER, is_security, may_see_register, roles_of
from inventory.policies import answers_for, person_of

if TYPE_CHECKING:
    from audit.models import User
    from contacts.models import Person
    from inventory.models import Secret
    from rotations.models import CalendarFeed, Rotation


def may_see_rotations(user: User) -> bool:
    """Return whether `user` may see rotations."""
    return may_see_register(user)


def may_record(user: User, secret: Secret, rotation: Rotation | None = None) -> bool:
    """Return whether `user` may record `secret` as rotated: security, who answers for it, who leads the rotation."""
    if is_security(user) or answers_for(user, secret):
        return True
    return rotation is not None and leads(user, rotation)


def leads(user: User, rotation: Rotation) -> bool:
    """Return whether `user` has a role that writes and is the owner of `rotation`."""
    if OWNER not in roles_of(user):
        return False
    person = person_of(user)
    return person is not None and rotation.owner_id == person.pk


def may_edit_rotation(user: User, rotation: Rotation) -> bool:
    """Return whether `user` may change the plan of `rotation`: security and who leads it."""
    return is_security(user) or leads(user, rotation)


def may_plan(user: User) -> bool:
    """Return whether `user` may add a rotation to the plan."""
    return is_security(user)


def may_make_feeds(user: User) -> bool:
    """Return whether `user` may have calendar feeds of their own: whoever sees the register."""
    return may_see_register(user)


def may_change_feed(user: User, feed: CalendarFeed) -> bool:
    """Return whether `user` may choose what `feed` holds: their own feed only."""
    return may_see_register(user) and feed.account_id == user.pk


def may_revoke_feed(user: User, feed: CalendarFeed) -> bool:
    """Return whether `user` may revoke `feed`: their own, and security everybody's."""
    return may_see_register(user) and (feed.account_id == user.pk or is_security(user))


def may_set_reminders(user: User) -> bool:
    """Return whether `user` may change how many days before a rotation reminders stand."""
    return is_security(user)


def may_see_reminders(user: User) -> bool:
    """Return whether `user` may see what was and will be sent to whom."""
    return may_see_register(user)


def may_acknowledge(user: User, person: Person) -> bool:
    """Return whether `user` may ask for quiet for `person`: everybody for themselves."""
    return may_see_register(user) and person_of(user) == person


def may_set_freezes(user: User) -> bool:
    """Return whether `user` may say when nothing is rotated."""
    return is_security(user)


def may_set_checklists(user: User) -> bool:
    """Return whether `user` may change the steps that new rotations begin with."""
    return is_security(user)


def may_take_part(user: User, rotation: Rotation) -> bool:
    """Return whether `user` may tick steps and write notes: who may change it, or answers for a secret in it.

    One query at most.
    """
    if may_edit_rotation(user, rotation):
        return True
    person = person_of(user) if OWNER in roles_of(user) else None
    return person is not None and rotation.items.of(person).exists()
