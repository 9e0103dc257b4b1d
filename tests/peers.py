"""A mail server and a Slack on this machine, which take what is sent to them or refuse it as they are told."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from aiosmtpd.controller import Controller
from django.test import override_settings


@dataclass
class Post:
    """What arrived by mail, and what is refused: a code for each address, or for every message."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    answer: str = "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            self.recipients += envelope.rcpt_tos
        return self.answer


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def mail_server() -> Iterator[Post]:
    """Run a mail server on a free port, and have the register use it."""
    post = Post(port=_free_port())
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    settings = {"EMAIL_BACKEND": smtp, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": post.port, "SENDS_MAIL": True}
    try:
        with override_settings(**settings, EMAIL_TIMEOUT=5):
            yield post
    finally:
        controller.stop()


@dataclass
class Slack:
    """What arrived, and what is answered: a status, its headers and its body, each for the next request or for all."""

    address: str = ""
    said: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    # From this many requests on, no answer comes before the event.
    hold: threading.Event | None = None
    hold_after: int = 0

    def answer(self, path: str) -> tuple[int, dict[str, str], str]:
        if self.answers:
            return self.answers.pop(0)
        return 200, {}, "ok" if path.startswith("/services/") else '{"ok": true}'


def _handler(slack: Slack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            is_json = self.headers["Content-Type"].startswith("application/json")
            sent = json.loads(body) if is_json else {name: values[0] for name, values in parse_qs(body).items()}
            slack.said.append({"path": self.path, "token": self.headers.get("Authorization", ""), **sent})
            if slack.hold is not None and len(slack.said) > slack.hold_after:
                slack.hold.wait(20)
            status, headers, answer = slack.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def slack_server(*teams: str) -> Iterator[Slack]:
    """Run a Slack on a free port with a channel for each of `teams`, and have the register use it."""
    slack = Slack()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(slack))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    slack.address = f"http://127.0.0.1:{server.server_port}"
    webhooks = {team.casefold(): f"{slack.address}/services/T1/B{number}/x" for number, team in enumerate(teams)}
    try:
        with override_settings(SLACK_TOKEN="a-token", SLACK_API_URL=f"{slack.address}/api/", SLACK_WEBHOOKS=webhooks):
            yield slack
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
