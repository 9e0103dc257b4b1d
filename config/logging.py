"""What the server's records may say: no feed key and no query string ever stands in a line."""

import logging
import re
from typing import Any

FEED_KEY = re.compile(r"(/calendar/)[^/\s\"'?]+(\.ics)")
QUERY = re.compile(r"(/[^\s\"'?<>]*)\?[^\s\"'<>]+")


def mask(text: str) -> str:
    """Return the text with feed keys and query strings replaced by marks that say so."""
    return QUERY.sub(r"\1?[query]", FEED_KEY.sub(r"\1[key]\2", text))


_plain = logging.Formatter()


class MaskingFilter(logging.Filter):
    """Masks addresses in a record before it is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; none is dropped."""
        record.msg, record.args = mask(record.getMessage()), None
        if record.exc_info and not record.exc_text:  # formatters take this text where it is there
            record.exc_text = _plain.formatException(record.exc_info)
        record.exc_text = mask(record.exc_text) if record.exc_text else None
        return True


def logging_config(level: str) -> dict[str, Any]:
    """Return Django's logging settings: one handler to the standard error stream, everything masked."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"mask": {"()": "config.logging.MaskingFilter"}},
        "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["mask"], "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"level": level, "handlers": [], "propagate": True},
            "django.server": {"level": level, "handlers": [], "propagate": True},
        },
    }
