"""Values for trying doors, composed of parts, and the log as it reaches the standard error stream."""

from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator
from contextlib import contextmanager

from config.logging import logging_config

KEY = "".join(["AK", "IA", "Q7WM3KX9", "R2TZ5LBN"])  # twenty characters: it fits into every field
RESEMBLING = "".join(["pass", "word=q8Zt4", "mWx2L"])


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Collect what the register logs meanwhile, at the most talkative level."""
    written = io.StringIO()
    config = logging_config("DEBUG")
    config["handlers"]["console"]["stream"] = written
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logging.config.dictConfig(config)
    try:
        yield written
    finally:
        root.handlers[:], root.level = handlers, level
