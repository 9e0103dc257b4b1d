"""Knows by which channels somebody can be told, and why not by others; costs no query where the team came along."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import models

from contacts.models import Person

CHANNEL_OF_TEAM = "#"  # before the name of the team whose channel it is

ToldBy = Person.ToldBy


class Channel(models.TextChoices):
    """How a message travels."""

    EMAIL = "email", "E-mail"
    SLACK = "slack", "Slack"


@dataclass(frozen=True, slots=True)
class Way:
    """A channel and where it ends: an e-mail address, a Slack user ID, or # and the team whose channel it is."""

    channel: str
    address: str


def channels_set_up() -> list[str]:
    """Return the channels that the settings know how to use."""
    slack = bool(settings.SLACK_TOKEN or settings.SLACK_WEBHOOKS)
    return [*([Channel.EMAIL.value] if settings.SENDS_MAIL else []), *([Channel.SLACK.value] if slack else [])]


def ways_to(person: Person) -> list[Way]:
    """Return the ways by which `person` wants to be told and can be; reads the team."""
    wanted = [Channel.EMAIL, Channel.SLACK] if person.told_by == ToldBy.BOTH else [person.told_by]
    addresses = {Channel.EMAIL.value: person.email, Channel.SLACK.value: _slack_address(person)}
    return [Way(str(name), addresses[name]) for name in channels_set_up() if name in wanted and addresses[name]]


def why_not(person: Person) -> str:
    """Return why there is no way to `person`, as the rest of a sentence that begins with their name."""
    if person.told_by == ToldBy.NOTHING:
        return "wants no reminders"
    if person.told_by == ToldBy.SLACK:
        return "has no Slack user ID, and the team no channel"
    return (
        "has no e-mail address" if person.told_by == ToldBy.EMAIL else "can be reached neither by e-mail nor by Slack"
    )


def _slack_address(person: Person) -> str:
    if settings.SLACK_TOKEN and person.slack_user_id:
        return person.slack_user_id
    team = person.team
    if team is not None and team.name.casefold() in settings.SLACK_WEBHOOKS:
        return f"{CHANNEL_OF_TEAM}{team.name}"
    return ""
