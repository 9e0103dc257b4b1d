"""Sends one message one way."""

from __future__ import annotations

from contacts.delivery import email, slack
from contacts.delivery.channels import Channel, Way
from contacts.delivery.outcome import Message, Outcome


def deliver(message: Message, way: Way) -> Outcome:
    """Send `message` and return what became of it; never raises because of the other side."""
    return email.send(message, way.address) if way.channel == Channel.EMAIL else slack.send(message, way.address)
