"""Knows what a connection does before a commit: it calls those who asked for it, and says what refused the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db.utils import IntegrityError

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
else:
    BaseDatabaseWrapper = object

# Called with the connection, inside the transaction that is about to be committed; what they raise refuses it.
before_commit: list[Callable[[Any], None]] = []
# Called with the connection once a transaction is kept.
after_commit: list[Callable[[Any], None]] = []


class UnrecordedChangeError(IntegrityError):
    """A transaction was refused: a tracked row would have changed without history, or history without a seal."""


class CommittingMixin(BaseDatabaseWrapper):
    """Stands before Django's own class of a database."""

    def refusal(self, error: IntegrityError) -> str:
        """Return in words what the triggers found, or "" where they did not cause `error`."""
        return ""

    def prepare_commit(self) -> None:
        """Do what comes before a commit."""
        for prepare in before_commit:
            prepare(self)

    def check_constraints(self, table_names: Any = None) -> None:
        """Check as Django does, and all that would refuse the commit: tests that never commit end with this."""
        with self._told():
            self.prepare_commit()
            super().check_constraints(table_names)

    def _commit(self) -> None:
        with self._told():
            if self.connection is not None:
                self.prepare_commit()
            super()._commit()  # type: ignore[misc]
        for told in after_commit:
            told(self)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except UnrecordedChangeError:
            raise
        except IntegrityError as error:
            words = self.refusal(error)
            if not words:
                raise
            raise UnrecordedChangeError(words) from None
