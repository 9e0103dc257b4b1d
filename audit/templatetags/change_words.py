"""Knows how a row of the change log is said in words and where it links to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit import headlines
from audit.models import ChangeRow
from audit.templatetags.ux import sname

register = template.Library()

NAMED_BY_PARTS = "inventory.secret"
# Pages of what can change, by the model's label: the name of the address.
_PAGES = {
    NAMED_BY_PARTS: ("inventory:secret", "object_text"),
    "contacts.person": ("contacts:person", "object_id"),
    "contacts.team": ("contacts:team", "object_id"),
    "rotations.rotation": ("rotations:rotation", "object_id"),
}


# Beginnings of the names of fields that say nothing after a "No": "No owner", but not "No why this date".
_NO_NOUNS = ("what", "why", "kept", "waived", "planned", "completed", "rotated", "verified", "old", "own ", "expires")


@register.filter
def singular(label: str) -> str:
    return headlines.singular_of(label)


@register.filter
def did(row: ChangeRow) -> str:
    return headlines.verb_of(row)


@register.filter
def before(item: Mapping[str, str]) -> str:
    return _said(item, "before")


@register.filter
def after(item: Mapping[str, str]) -> str:
    return _said(item, "after")


@register.simple_tag
def change_link(row: ChangeRow) -> SafeString:
    """Return the name of what changed, as a link where it has a page."""
    name = sname(row.object_text) if row.model == NAMED_BY_PARTS else format_html("<bdi>{}</bdi>", row.object_text)
    address = _address(row)
    return format_html('<a href="{}">{}</a>', address, name) if address else name


@register.simple_tag
def day_words(day: date, today: date) -> SafeString:
    """Return the heading of a day: Today, Yesterday or its weekday, with the date."""
    near = {today: "Today", today - timedelta(days=1): "Yesterday"}
    return format_html(
        '{}, <time datetime="{}">{}</time>', near.get(day, f"{day:%A}"), day.isoformat(), day.isoformat()
    )


def _said(item: Mapping[str, str], key: str) -> str:
    words = str(item.get(key) or "").strip()
    if words:
        return words
    label = str(item.get("label") or "words")
    return "Not set" if label.lower().startswith(_NO_NOUNS) else f"No {label[:1].lower()}{label[1:]}"


def _address(row: ChangeRow) -> str:
    if row.change_type == "-" or row.model not in _PAGES:
        return ""
    page, key = _PAGES[row.model]
    try:
        return reverse(page, args=str(getattr(row, key)).split("/"))
    except NoReverseMatch:
        return ""
