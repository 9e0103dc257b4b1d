"""Sends to Slack: to a person by user ID with SLACK_TOKEN, or into a team's channel through its webhook."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings

from contacts.delivery.channels import CHANNEL_OF_TEAM
from contacts.delivery.outcome import Message, Outcome, asked_to_wait

if TYPE_CHECKING:
    from slack_sdk.errors import SlackApiError

SECONDS = 20
SERVER_ERROR = 500
# What Slack says of one person or channel; anything else is about the register's own account and may be put right.
OF_THE_ADDRESS = frozenset(
    {"channel_not_found", "user_not_found", "user_disabled", "is_archived", "cannot_dm_bot", "messages_tab_disabled"}
)
GONE = {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


def send(message: Message, address: str) -> Outcome:
    """Send `message` to a user ID, or into the channel of the team behind #; return what became of it.

    Tries once: the library's own tries again would make others wait.
    """
    try:
        if address.startswith(CHANNEL_OF_TEAM):
            return _into_channel(message, settings.SLACK_WEBHOOKS.get(address[1:].casefold(), ""))
        return _to_person(message, address)
    except Exception as error:  # the library lets through whatever its connection raises
        return Outcome.later(f"Slack cannot be reached ({type(error).__name__}).", everybody=True)


def safe(text: str) -> str:
    """Return `text` so that Slack shows it as it is: no mention, no link, no command."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _to_person(message: Message, user_id: str) -> Outcome:
    # Where it is used: importing the library would make every command slower.
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

    client = WebClient(settings.SLACK_TOKEN, base_url=settings.SLACK_API_URL, timeout=SECONDS, retry_handlers=[])
    try:
        client.chat_postMessage(channel=user_id, text=message.slack, unfurl_links=False, unfurl_media=False)
    except SlackApiError as error:
        return _refused(error)
    return Outcome.delivered()


def _refused(error: SlackApiError) -> Outcome:
    answer = error.response
    status = int(getattr(answer, "status_code", 0) or 0)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Outcome.later("Slack asks to wait (429).", _retry_after(getattr(answer, "headers", {})), everybody=True)
    code = str(answer.get("error", "")) if hasattr(answer, "get") else ""
    if code in OF_THE_ADDRESS:
        return Outcome.never(f"Slack refuses it ({code}).")
    known = code.replace("_", "").isalpha() and len(code) < 60
    return Outcome.later(f"Slack does not take it ({code if known else status}).", everybody=True)


def _into_channel(message: Message, webhook: str) -> Outcome:
    if not webhook:
        return Outcome.never("The team has no channel in SLACK_WEBHOOKS.")
    from slack_sdk.webhook import WebhookClient

    client = WebhookClient(webhook, timeout=SECONDS, retry_handlers=[])
    answer = client.send(text=message.slack, unfurl_links=False, unfurl_media=False)
    # Its body too: the page that a redirect ends at answers 200 as well.
    if answer.status_code == HTTPStatus.OK and answer.body.strip() == "ok":
        return Outcome.delivered()
    if answer.status_code in GONE:
        return Outcome.never(f"Slack does not know the channel's address ({answer.status_code}).")
    # Too many requests, or Slack is down; anything else is about this one channel.
    is_general = answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or answer.status_code >= SERVER_ERROR
    wait = _retry_after(answer.headers)
    return Outcome.later(f"Slack does not take it ({answer.status_code}).", wait, everybody=is_general)


def _retry_after(headers: object) -> int | None:
    found = {str(name).lower(): value for name, value in dict(headers or {}).items()}  # type: ignore[call-overload]
    value = found.get("retry-after")
    return asked_to_wait(str(value[0] if isinstance(value, list) else value or ""))
