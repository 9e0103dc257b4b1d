"""Where something fails, neither the page, the e-mail nor the log says what was typed."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from django.utils.log import AdminEmailHandler

from audit.models import User
from config.logging import MaskingFilter, mask
from tests.doors.values import KEY, RESEMBLING, logged

TYPED = " ".join(["an ordinary word", "nobody else should read"])


@login_not_required
def failing(request: HttpRequest) -> HttpResponse:
    typed = request.POST.get("text") or request.GET.get("text")
    raise RuntimeError(f"cannot use {typed}")


urlpatterns = [path("failing/", failing), path("", include("config.urls"))]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("kind", ["text/html", "text/plain"])
@pytest.mark.parametrize("text", [KEY, RESEMBLING])
def test_an_error_page_shows_nothing_that_was_typed(
    client: Client, db: None, debug: bool, kind: str, text: str
) -> None:
    client.raise_request_exception = False

    with logged() as log, override_settings(DEBUG=debug):
        answer = client.post("/failing/", {"text": text, "other": TYPED}, headers={"accept": kind, "x-note": text})

    page = answer.content.decode()
    assert answer.status_code == 500
    assert [words for words in (text, TYPED) if words in page] == []
    assert [words for words in (text, TYPED) if words in log.getvalue()] == []
    assert "RuntimeError: cannot use [value]" in log.getvalue()


@pytest.mark.parametrize("include_html", [False, True])
def test_a_report_by_mail_shows_nothing_that_was_typed(rf: RequestFactory, include_html: bool) -> None:
    handler = AdminEmailHandler(include_html=include_html)
    handler.addFilter(MaskingFilter())
    request = rf.post(
        f"/failing/?text={KEY}", {"text": KEY, "other": TYPED}, headers={"referer": f"https://x/?q={KEY}"}
    )
    request.COOKIES["note"] = KEY

    with override_settings(ADMINS=[("Ops", "ops@example.org")]):
        try:
            failing(request)
        except RuntimeError:
            handler.handle(_record(request))

    message = mail.outbox[0]
    told = f"{message.subject}\n{message.body}\n{message.alternatives}"
    assert [words for words in (KEY, TYPED) if words in told] == []
    assert "RuntimeError" in told


def _record(request: HttpRequest) -> logging.LogRecord:
    said = f"Internal Server Error: {request.get_full_path()}"
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, said, None, sys.exc_info())
    record.request, record.status_code = request, 500
    return record


@pytest.fixture
def refused(db: None) -> Iterator[Exception]:
    """What the database says to a row that breaks a constraint."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE trial (words varchar(80) UNIQUE, number integer)")
        cursor.execute("INSERT INTO trial VALUES (%s, 1)", [TYPED])
        try:
            with transaction.atomic():
                cursor.execute("INSERT INTO trial VALUES (%s, 2)", [TYPED])
        except IntegrityError as error:
            yield error


def test_a_complaint_of_the_database_is_logged_without_the_row(refused: Exception) -> None:
    with logged() as log:
        logging.getLogger("django.request").error("Failed", exc_info=refused)

    assert TYPED not in log.getvalue()
    assert "IntegrityError" in log.getvalue()


@pytest.mark.postgresql
def test_a_complaint_about_a_word_is_logged_without_the_word(db: None) -> None:
    with connection.cursor() as cursor, logged() as log:
        try:
            with transaction.atomic():
                cursor.execute("SELECT %s::text::integer", [TYPED])
        except Exception:
            logging.getLogger("django.request").exception("Failed")

    assert TYPED not in log.getvalue()
    assert "invalid input syntax for type integer: [not shown]" in log.getvalue()


def test_statements_are_not_logged_however_talkative_the_log_is(db: None) -> None:
    with logged() as log, override_settings(DEBUG=True), connection.cursor() as cursor:
        cursor.execute("SELECT %s", [TYPED])

    assert TYPED not in log.getvalue()


LINES = [
    (f"Not Found: /secrets/prod/{KEY}/", "Not Found: /secrets/prod/[value]/"),
    (f"Invalid HTTP_HOST header: '{KEY}'", "Invalid HTTP_HOST header: '[value]'"),
    (f"could not read {KEY}: no such file", "could not read [value]: no such file"),
    (f"one\n{KEY}\nthree", "one\n[value]\nthree"),
    (f"{RESEMBLING} was sent", "[value] was sent"),
    ("".join(["-----BEGIN ", "PRIVATE KEY-----\nMII", "Evabcd\n"]), "[value]"),
    ("Rotated in commit 9f8c2e1a7b6d5c4f3e2d1c0b9a8f7e6d5c4b3a29", None),
    ('"GET /static/ux.3f9a1c2b7d4e.css HTTP/1.1" 200', None),
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_values_are_masked_in_every_line(line: str, expected: str | None) -> None:
    assert mask(line) == (line if expected is None else expected)


@pytest.mark.parametrize("text", [KEY, RESEMBLING])
def test_whoever_types_a_password_for_a_name_does_not_see_it_again(client: Client, db: None, text: str) -> None:
    with logged() as log:
        answer = client.post("/accounts/login/", {"username": text, "password": "x"})

    assert answer.status_code == 200
    assert text not in answer.content.decode()
    assert text not in log.getvalue()


@pytest.mark.parametrize("text", [KEY, RESEMBLING])
@pytest.mark.parametrize("option", ["--first-name", "--email", "--last-name"])
def test_a_command_refuses_a_value_and_does_not_repeat_it(
    security: User, tmp_path: Any, capsys: pytest.CaptureFixture[str], option: str, text: str
) -> None:
    (tmp_path / "password").write_text("correct horse battery\n")

    with pytest.raises((CommandError, ValidationError)) as refused:
        call_command(
            "create_account", "mia", option, text, "--as", "sam", "--password-file", str(tmp_path / "password")
        )

    assert text not in str(refused.value) + "".join(capsys.readouterr())
    assert User.objects.filter(username="mia").count() == 0


@pytest.mark.parametrize("text", [KEY, RESEMBLING])
@pytest.mark.parametrize(("address", "field"), [("/import/", "text"), ("/secrets/import-csv/", "table")])
def test_an_import_refuses_a_value_and_does_not_repeat_it(
    as_security: Client, address: str, field: str, text: str
) -> None:
    bodies = {"text": f"# Secrets\n\n## Notes\n\nThe {text} is here.\n", "table": f"name,purpose\nprod/a/b,{text}\n"}

    with logged() as log:
        answer = as_security.post(address, {field: bodies[field], "reason": "CSV import"})

    assert (answer.status_code, text in answer.content.decode(), text in log.getvalue()) == (200, False, False)
