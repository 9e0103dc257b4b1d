"""Knows who has to wait before they sign in: who failed too often. What was typed is never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils.crypto import salted_hmac

from audit.clients import network_of
from audit.failed_sign_ins import FailedSignIns

WINDOW = timedelta(minutes=15)
# So that whoever finds much to clear away does not wait for it.
CLEARED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody who tries to sign in: the name as it was typed, and the client's address."""

    name: str
    address: str

    @property
    def pair(self) -> UUID:
        """The key under which failures of this name from this address count."""
        return _key("name and address", f"{self.name.casefold()}\n{network_of(self.address)}")

    @property
    def place(self) -> UUID:
        """The key under which failures of whatever name from this address count."""
        return _key("address", network_of(self.address))


def refused_until(attempt: Attempt, *, at: datetime) -> datetime | None:
    """Return when `attempt` may be made again, or None if it may be made now; one query."""
    most = {attempt.pair: settings.SIGN_IN_FAILURES, attempt.place: settings.SIGN_IN_FAILURES_PER_ADDRESS}
    counted = FailedSignIns.objects.filter(key__in=most, started_at__gt=at - WINDOW)
    return max((row.started_at + WINDOW for row in counted if row.count >= most[row.key]), default=None)


def begin(attempt: Attempt, *, at: datetime) -> datetime | None:
    """Count the attempt as a failure of its name until it succeeds; return when to try again where it is one too many.

    To be called in a transaction: until that ends, attempts for the same name from the same address wait, so that
    many at once are no way around the number.
    """
    until = refused_until(attempt, at=at)
    if until is not None:
        return until
    row = _counted(attempt.pair, at)
    return row.started_at + WINDOW if row.count > settings.SIGN_IN_FAILURES else None


def succeeded(attempt: Attempt) -> None:
    """Forget the failures of this name from this address; those of the address stay."""
    FailedSignIns.objects.filter(key=attempt.pair).delete()


def failed(attempt: Attempt, *, at: datetime) -> None:
    """Count the failure for the address, and clear away what no longer counts."""
    with transaction.atomic():
        _counted(attempt.place, at)
        # What somebody else is counting or clearing at this moment is left to them: waiting for it could be mutual.
        over = FailedSignIns.objects.filter(started_at__lte=at - WINDOW).select_for_update(skip_locked=True)
        FailedSignIns.objects.filter(key__in=list(over.values_list("key", flat=True)[:CLEARED_AT_ONCE])).delete()


def _counted(key: UUID, at: datetime) -> FailedSignIns:
    """Return the row with one more failure; a row whose window is over begins anew."""
    row = FailedSignIns.objects.filter(key=key)
    over = Q(started_at__lte=at - WINDOW)
    counted = {
        "count": Case(When(over, then=Value(1)), default=F("count") + 1),
        "started_at": Case(When(over, then=Value(at)), default=F("started_at")),
    }
    while not row.update(**counted):
        # Whoever makes the row at the same moment wins, and both count in it.
        FailedSignIns.objects.bulk_create([FailedSignIns(key=key, started_at=at)], ignore_conflicts=True)
    return row.get()


def _key(kind: str, text: str) -> UUID:
    digest = salted_hmac(f"audit.throttling, {kind}", text, algorithm="sha256").digest()
    return UUID(bytes=digest[:16])
