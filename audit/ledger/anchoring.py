"""Takes the end of the chain to where the database's administrators cannot rewrite it: the log, and every export."""

from __future__ import annotations

import logging
import time
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpResponseBase

from audit.ledger.head import Head, head

logger = logging.getLogger("audit.ledger")
HEADER = "X-Ledger-Head"
Response = TypeVar("Response", bound=HttpResponseBase)

_logged_at: float | None = None  # of this process, by a clock that never steps back


def log_head(connection: Any) -> None:
    """Log the end of the chain if this transaction moved it and it was not logged of late (after every commit)."""
    global _logged_at
    sealed: Head | None = connection.__dict__.pop("ledger_head", None)
    now = time.monotonic()
    if sealed is None or (_logged_at is not None and now - _logged_at < settings.AUDIT_HEAD_MINUTES * 60):
        return
    _logged_at = now
    logger.info("Head of the ledger: %s", sealed)


def anchored(response: Response) -> Response:
    """Return the response of an export with the end of the chain in its header X-Ledger-Head; one query."""
    end = head()
    if end is not None:
        response.headers[HEADER] = str(end)
    return response
