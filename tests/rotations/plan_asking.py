"""What the tests of planning ask with."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.test import Client

from audit.acts import acting
from audit.models import ChangeSet

PAGE = "/rotations/plan/"
# A Tuesday; the quarter ends on a Wednesday.
TODAY = date(2026, 7, 14)
ASK = {"part": "", "quarter": "2026-07-01", "per_person": "3", "in_all": "20"}


def write(model: Any, **fields: Any) -> Any:
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        return model.objects.create(**fields)


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode())).replace("&amp;", "&")


def preview(client: Client, **asked: Any) -> Any:
    return client.get(PAGE, ASK | asked).context["preview"]


def days(found: Any) -> dict[str, str]:
    return {line.secret.name: str(day.on) for day in found.days for line in day.lines}


def reasons(found: Any) -> dict[str, str]:
    return {line.secret.name: line.reason for day in found.days for line in day.lines}


def create(client: Client, **asked: Any) -> Any:
    sent = ASK | asked
    return client.post(PAGE, sent | {"digest": client.get(PAGE, sent).context["preview"].digest})
