"""What tests of the change log's pages share: changes of somebody, and what a page says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.test import Client

from audit.acts import acting
from audit.models import ChangeSet, User
from tests.factories import make_team


def change(by: User, reason: str = "A new team", act: Callable[[], Any] = make_team) -> ChangeSet:
    with acting(actor=by, source=ChangeSet.Source.WEB, reason=reason):
        act()
    return ChangeSet.objects.latest("pk")


def press(client: Client, page: str, button: str) -> str:
    """Send the form that `button` belongs to, and return the banner of the page that follows."""
    forms = re.findall(r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', page, re.DOTALL)
    action, inner = next((action, inner) for action, inner in forms if button in re.sub(r"<svg.*?</svg>", "", inner))
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', inner):
        sent.setdefault(name, []).append(value)
    answer = client.post(action.replace("&amp;", "&"), sent, follow=True)
    return re.findall(r'<section class="banner[^>]*><p>(.*?)</p>', answer.content.decode())[0]


def reasons(page: str) -> list[str]:
    return [words for words in re.findall(r'<p class="why">“(.*?)”</p>', page) if words != "Made for a test"]


def views(page: str) -> dict[str, int]:
    return {label: int(number) for label, number in re.findall(r'>([\w ]+) <span class="num">(\d+)</span></a>', page)}
