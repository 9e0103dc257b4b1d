"""What the server's records may say: no feed key, no query string and no value ever stands in a line."""

import logging
import re
import traceback
from types import TracebackType
from typing import Any

from audit.guard import without_values

FEED_KEY = re.compile(r"(/calendar/)[^/\s\"'?]+(\.ics)")
# What opens an answer to a reminder, and what writes into a channel.
ANSWER_KEY = re.compile(r"(/reminders/answer/)[^/\s\"'?]+")
WEBHOOK = re.compile(r"(/services/)T[A-Za-z0-9_]*/[^\s\"'?<>]+")
QUERY = re.compile(r"(/[^\s\"'?<>]*)\?[^\s\"'<>]+")


# What a database adds to its complaint: the row, or the value that was refused.
DETAIL = re.compile(r"\n(?:DETAIL|CONTEXT|HINT|LINE \d+):.*", re.DOTALL)
QUOTED = re.compile(r"([\"'“]).{1,4000}?[\"'”]", re.DOTALL)
LINE = "{asctime} {levelname} {name}: {message}"
Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def mask(text: str) -> str:
    """Return the text with feed keys, query strings and values replaced by marks that say so."""
    masked = WEBHOOK.sub(r"\1[key]", ANSWER_KEY.sub(r"\1[key]", FEED_KEY.sub(r"\1[key]\2", text)))
    return without_values(QUERY.sub(r"\1?[query]", masked))


def without_echoes(error: BaseException) -> str:
    """Return what `error` says, without the row or the value that a database repeats."""
    said = str(error)
    if not _is_of_database(error):
        return mask(said)
    said = DETAIL.sub("\nDETAIL: [not shown]", said)
    return mask(QUOTED.sub("[not shown]", said) if "violates" not in said else said)


def told(raised: Raised) -> str:
    """Return the traceback of `raised` and of what led to it, masked."""
    text = "".join(traceback.format_exception(raised[1]))
    for error in _chain(raised[1]):
        if str(error) and _is_of_database(error):
            text = text.replace(str(error), without_echoes(error))
    return mask(text.rstrip("\n"))


def _is_of_database(error: BaseException) -> bool:
    # By name: the adapters of other databases need not be installed.
    return any(kind.__module__.startswith(("psycopg", "sqlite3", "django.db")) for kind in type(error).__mro__)


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


class MaskingFilter(logging.Filter):
    """Masks addresses in a record before it is written; a refusal is told in one line, a failure with its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; none is dropped."""
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        record.msg, record.args = mask(record.getMessage()), None
        if record.exc_info and not record.exc_text:  # formatters take this text where it is there
            record.exc_text = told(record.exc_info)
        record.exc_text = mask(record.exc_text) if record.exc_text else None
        return True


def logging_config(level: str) -> dict[str, Any]:
    """Return Django's logging settings: one handler to the standard error stream, everything masked."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"mask": {"()": "config.logging.MaskingFilter"}},
        "formatters": {
            "line": {
                "format": "{asctime} {levelname} {name}: {message}",
                "style": "{",
                "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["mask"], "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"level": level, "handlers": [], "propagate": True},
            # At DEBUG it would write statements with everything that is stored.
            "django.db.backends": {"level": max(level, "INFO", key=logging.getLevelName), "handlers": []},
            # At DEBUG it would write addresses of channels and what is sent to them.
            "slack_sdk": {"level": max(level, "WARNING", key=logging.getLevelName), "handlers": []},
            "django.server": {"level": level, "handlers": [], "propagate": True},
            # Who came in and who was refused, and where the ledger ended, is told at every level.
            "audit.security": {"level": "INFO", "handlers": [], "propagate": True},
            "audit.ledger": {"level": "INFO", "handlers": [], "propagate": True},
        },
    }
