"""Mail, through a real server on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from django.test import override_settings

from contacts.delivery import Message, Way, deliver
from tests.peers import Post, mail_server

HOSTILE = "Olga\r\nBcc: everybody@example.org"


def message(**other: str) -> Message:
    words = {
        "identity": "reminder-1",
        "subject": "3 secrets",
        "text": "Words",
        "html": "<p>Words</p>",
        "slack": "Words",
    }
    return Message(**words | other)


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as running:
        yield running


def send(address: str = "olga@example.org", **words: str):
    return deliver(message(**words), Way("email", address))


def test_a_mail_arrives_as_text_and_html_from_the_register(post: Post):
    outcome = send()

    [mail] = post.mails
    parts = {part.get_content_type(): part.get_content().strip() for part in mail.iter_parts()}
    assert outcome.kind == "delivered"
    assert parts == {"text/plain": "Words", "text/html": "<p>Words</p>"}
    assert (mail["To"], mail["From"], mail["Subject"]) == ("olga@example.org", "secrets@testserver", "3 secrets")
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == ("<reminder-1@testserver>", "auto-generated")


def test_no_header_can_be_slipped_in(post: Post):
    refused = [send(address).kind for address in (HOSTILE, "olga@example.org\nBcc: b@example.org", "a@b.org,c@d.org")]
    outcome = send(subject=HOSTILE)

    assert (refused, outcome.kind) == (["never"] * 3, "delivered")
    [mail] = post.mails
    assert (mail["Subject"], mail["Bcc"]) == ("Olga Bcc: everybody@example.org", None)
    assert post.recipients == ["olga@example.org"]


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        ("550 No such olga@example.org here", "never", "The mail server refuses the address (550)."),
        ("450 Greylisted, come back", "later", "The mail server takes the address later (450)."),
    ],
)
def test_what_the_server_says_of_an_address_is_told_by_its_number_only(post: Post, answer: str, kind: str, reason: str):
    post.refused["olga@example.org"] = answer

    outcome = send()

    assert (outcome.kind, outcome.reason, post.mails) == (kind, reason, [])


@pytest.mark.parametrize(("answer", "kind"), [("554 Spam: Words", "never"), ("451 Try later", "later")])
def test_a_message_that_is_refused_is_told_by_its_number_only(post: Post, answer: str, kind: str):
    post.answer = answer

    outcome = send()

    assert (outcome.kind, "Words" in outcome.reason, answer[:3] in outcome.reason) == (kind, False, True)


def test_a_server_that_turns_everybody_away_is_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as server:
        greeting = threading.Thread(target=_turn_away, args=(server,), daemon=True)
        greeting.start()
        backend = "django.core.mail.backends.smtp.EmailBackend"
        port = server.getsockname()[1]
        with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_TIMEOUT=5):
            outcome = send()
        greeting.join(5)

    assert (outcome.kind, outcome.everybody) == ("later", True)
    assert outcome.reason == "The mail server turns the register away (554)."


def _turn_away(server: socket.socket) -> None:
    client, _ = server.accept()
    with client:
        client.sendall(b"554 No service here\r\n")
        client.recv(100)


def test_a_server_that_is_gone_is_tried_again():
    with mail_server() as gone:
        port = gone.port
    settings = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1"}

    with override_settings(**settings, EMAIL_PORT=port, EMAIL_TIMEOUT=2):
        outcome = send()

    assert (outcome.kind, outcome.reason) == ("later", "The mail server cannot be reached (ConnectionRefusedError).")
