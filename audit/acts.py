"""Knows the act under way: who does what, through which door and why. No tracked row is written outside one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from audit.allowance import MARK, Allowance
from audit.change_reviews import await_review
from audit.change_sets import ChangeSet
from audit.guard import Refusal, check_text
from audit.policies import is_security
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
    allowance: Allowance | None = None
    _change_set: ChangeSet | None = None
    _met: set[str] = field(default_factory=set)  # fields with a text that the allowance covers
    _told: frozenset[str] | None = None  # those of them that the change set tells of, once it is made

    def now(self) -> datetime:
        """Return the instant that this act's rows carry."""
        return self.at or timezone.now()

    def permits(self, refusal: Refusal, field: str) -> bool:
        """Return whether a refused text of `field` may stay, because security said so; the change set tells of it."""
        if self.allowance is None or not self.allowance.covers(refusal, field) or not _is_by_security(self):
            return False
        if self._told is None:
            self._met.add(field)
        return self._told is None or field in self._told

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
        name = actor.name if actor is not None else ""
        reason = self._reason()
        made = ChangeSet.objects.create(
            identity=self.identity,
            actor=actor,
            actor_name=name,
            at=self.now(),
            source=self.source,
            reason=reason,
        )
        await_review(made)
        return made

    def _reason(self) -> str:
        """Return the reason, with what it was allowed to let stay; raises ValidationError where it holds a value."""
        reason = self.reason.strip()
        refuse_values(reason)
        if MARK in reason or (self.allowance is not None and MARK in self.allowance.why):
            raise ValidationError("The register says itself what was allowed: write the reason alone.", code="mark")
        if self.allowance is None:
            self._told = frozenset()
            return reason
        refuse_values(self.allowance.why)
        self._told = self.allowance.fields or frozenset(self._met)
        return self.allowance.told(reason, self._told)


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


def allow_values(why: str, fields: Iterable[str] = ()) -> None:
    """Let texts stay, in the act under way, that only resemble a value: see `audit.allowance`.

    Raises PermissionDenied where the actor has not the role security, ValidationError where `why` is empty or holds
    a value itself.
    """
    act = current_act()
    if not _is_by_security(act):
        raise PermissionDenied("Only security may say that a text is no value.")
    if not why.strip():
        raise ValidationError("Say why this is no value.", code="required")
    refuse_values(why)
    act.allowance = Allowance(why.strip(), frozenset(fields))


def is_allowed(refusal: Refusal, field: str) -> bool:
    """Return whether the act under way, if there is one, lets a refused text of `field` stay."""
    act = _current.get()
    return act is not None and act.permits(refusal, field)


def judged(text: str) -> Refusal | None:
    """Return why `text` is refused before anybody knows which field it is for; the field's own turn comes later."""
    refusal, act = check_text(text), _current.get()
    if refusal is None or refusal.kind == "certain" or act is None or act.allowance is None:
        return refusal
    return None if _is_by_security(act) else refusal


def _is_by_security(act: Act) -> bool:
    actor = act.actor()
    return actor is not None and is_security(actor)


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
