"""No line of the log holds a feed's key or what somebody searched for."""

from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator

import pytest
from django.test import Client

from config.logging import logging_config, mask

KEY = "abcdefgh.only-for-tests-0123456789-ABCDEFG"

LINES = [
    (f"GET /calendar/{KEY}.ics", "GET /calendar/[key].ics"),
    (f'"GET /calendar/{KEY}.ics HTTP/1.1" 200', '"GET /calendar/[key].ics HTTP/1.1" 200'),
    (f"https://register.example/calendar/{KEY}.ics?x=1", "https://register.example/calendar/[key].ics?[query]"),
    ("GET /search/?q=hunter2 HTTP/1.1", "GET /search/?[query] HTTP/1.1"),
    ("Not Found: /secrets/", "Not Found: /secrets/"),
    ("Rotated on 2026-07-14?", "Rotated on 2026-07-14?"),
    ("/calendar/", "/calendar/"),
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_addresses_are_masked(line: str, expected: str) -> None:
    assert mask(line) == expected


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The register's own records, as they reach the standard error stream."""
    written = io.StringIO()
    config = logging_config("DEBUG")
    config["handlers"]["console"]["stream"] = written
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logging.config.dictConfig(config)
    yield written
    root.handlers[:], root.level = handlers, level


def test_a_feed_that_is_unknown_leaves_no_key_in_the_log(client: Client, db: None, log: io.StringIO) -> None:
    client.get(f"/calendar/{KEY}.ics")

    assert "Not Found: /calendar/[key].ics" in log.getvalue()
    assert KEY not in log.getvalue()


def test_arguments_of_a_record_are_masked_too(log: io.StringIO) -> None:
    logging.getLogger("django.server").info('"%s" %s', f"GET /calendar/{KEY}.ics?a=hunter2 HTTP/1.1", 404)

    assert log.getvalue().endswith('django.server: "GET /calendar/[key].ics?[query] HTTP/1.1" 404\n')


def test_a_failure_in_a_page_leaves_no_key_in_the_log(
    client: Client, db: None, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("rotations.feeds.what_is_sent", _failing)

    client.get(f"/calendar/{KEY}.ics")

    assert "Internal Server Error: /calendar/[key].ics" in log.getvalue()
    assert "RuntimeError: /calendar/[key].ics" in log.getvalue()
    assert KEY not in log.getvalue()


def _failing(key: str) -> str:
    raise RuntimeError(f"/calendar/{key}.ics")
