"""Knows the act under way: who does what, through which door and why. No tracked row is written outside one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.change_reviews import await_review
from audit.change_sets import ChangeSet
from audit.validators import refuse_values

if TYPE_CHECKING:
    from audit.models import User


class NoActError(RuntimeError):
    """A tracked row was to be written by nobody, or without a reason."""


@dataclass(slots=True)
class Act:
    """One act of one actor; its change set is made with its first write and shared by all of them.

    `actor` is asked for only when something is written; None is allowed for the system alone. `at` None means the
    clock; only a sample register may tell of days that were.
    """

    actor: Callable[[], User | None]
    source: str
    reason: str
    at: datetime | None = None
    # Whether it takes a text out of everywhere: then even what is fixed may change.
    takes_out: bool = False
    identity: UUID = field(default_factory=uuid4)
    _change_set: ChangeSet | None = None

    def now(self) -> datetime:
        """Return the instant that this act's rows carry."""
        return self.at or timezone.now()

    def change_set(self) -> ChangeSet:
        """Return the change set of this act, making it if need be.

        It is looked up by its identity at every write until it is committed, because a rolled back block
        takes a change set that was made inside it along.
        """
        if self._change_set is not None:
            await_review(self._change_set)  # it may have been reviewed since: this was not seen
            return self._change_set
        found = ChangeSet.objects.filter(identity=self.identity).first() or self._made()
        transaction.on_commit(lambda: self._keep(found))
        return found

    def _keep(self, committed: ChangeSet) -> None:
        self._change_set = committed

    def _made(self) -> ChangeSet:
        actor = self.actor()
        if actor is None and self.source != ChangeSet.Source.SYSTEM:
            raise NoActError("Nobody is named who makes this change: sign in, or name an account with --as.")
        if not self.reason.strip():
            raise NoActError("This change has no reason: say why it is made.")
        refuse_values(self.reason)
        name = actor.name if actor is not None else ""
        made = ChangeSet.objects.create(
            identity=self.identity,
            actor=actor,
            actor_name=name,
            at=self.now(),
            source=self.source,
            reason=self.reason.strip(),
        )
        await_review(made)
        return made


_current: ContextVar[Act | None] = ContextVar("act", default=None)


def current_act() -> Act:
    """Return the act under way; raises NoActError where there is none."""
    act = _current.get()
    if act is None:
        raise NoActError("A tracked row can only be changed within an act: see audit.acts.acting.")
    return act


def because(reason: str) -> None:
    """Say why the act under way is done; the words before the first write are the ones that are kept."""
    current_act().reason = reason


@contextmanager
def acting(*, actor: User | None, source: str, reason: str, at: datetime | None = None) -> Iterator[Act]:
    """Open an act for a command or the shell; everything tracked that is written inside is of one change set.

    `actor` None is for the system alone (source "system"). Nothing is made if nothing is written. An act
    inside another one is an act of its own. `at` back-dates it, in a sample register (DEMO) and nowhere else.
    """
    if at is not None and not settings.DEMO:
        raise NoActError("Only a sample register may be filled with acts of days that were.")
    with opened(Act(lambda: actor, source, reason, at)) as act:
        yield act


@contextmanager
def opened(act: Act) -> Iterator[Act]:
    """Make `act` the one under way within the block."""
    token = _current.set(act)
    try:
        yield act
    finally:
        _current.reset(token)
