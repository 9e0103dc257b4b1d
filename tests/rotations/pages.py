"""What tests of pages share: today, and sending a form."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client
from django.utils import timezone


def today() -> date:
    return timezone.localdate()


def said(client: Client, address: str, **sent: Any) -> list[str]:
    """Send the form, and return what the page says then."""
    response = client.post(address, sent, follow=True)
    return [str(message) for message in response.context["messages"]]
