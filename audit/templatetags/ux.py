"""The tags and filters every page is written with. They draw what they are given: no query, no clock of their own.

`today` and `now` come from the context (see audit.context) unless they are given.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from django import forms, template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from audit import links, relative_dates
from audit.icons import drawing

register = template.Library()

TINTS = 6
_ISO_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")
_TONES = {
    "rotate_now": "alarm",
    "compromised": "alarm",
    "overdue": "bad",
    "failed": "bad",
    "error": "bad",
    "due_soon": "warn",
    "no_date": "warn",
    "warning": "warn",
    "deferred": "warn",
    "in_progress": "now",
    "complete": "ok",
    "rotated": "ok",
    "success": "ok",
    "active": "plain",
    "on_schedule": "plain",
}
_PILL_ICONS = {"alarm": "alert", "bad": "alert", "warn": "clock", "ok": "check"}


class Named(Protocol):
    """What a person chip can show: a row with a key and a name."""

    pk: object
    name: str


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """`{% icon "check" %}`, `{% icon "alert" "is-warn" %}`."""
    return drawing(name, classes)


@register.filter
def sname(name: object) -> SafeString:
    """`{{ secret.name|sname }}`: a dim path, breakable after each slash, and copied as one string."""
    *path, last = str(name).split("/")
    dim = format_html_join("", "{}/<wbr>", ((part,) for part in path))
    return format_html('<span class="name"><i>{}</i>{}</span>', dim, last)


@register.filter
def is_optional(field: forms.BoundField) -> bool:
    """`{% if field|is_optional %}`: whether its label says that it may be left empty."""
    return not field.field.required and not getattr(field.field, "goes_without_saying", False)


@register.simple_tag
def face(person: Named) -> SafeString:
    """`{% face person %}`: initials on a tint that stays the same for this person; decoration only."""
    tint = zlib.crc32(str(person.pk).encode()) % TINTS
    tinted = f"face face--{tint}" if tint else "face"
    return format_html('<span class="{}" aria-hidden="true">{}</span>', tinted, initials(person.name))


@register.simple_tag
def who(person: Named | str | None, missing: str = "No owner", href: str = "") -> SafeString:
    """`{% who secret.owner %}`, `{% who secret.backup_owner "No backup" %}`; `href` makes the name a link."""
    if person is None or isinstance(person, str):
        ring = SafeString('<span class="face face--no" aria-hidden="true">?</span>')
        return format_html('<span class="who is-warn">{}{}</span>', ring, missing)
    name = format_html("<bdi>{}</bdi>", person.name)
    if href:
        name = format_html('<a href="{}">{}</a>', href, name)
    if getattr(person, "is_active", True) is False:
        left = SafeString('<span class="small">, no longer active</span>')
        return format_html('<span class="who is-warn">{}<span>{}{}</span></span>', face(person), name, left)
    return format_html('<span class="who">{}<span>{}</span></span>', face(person), name)


@register.simple_tag(takes_context=True)
def due(
    context: Context,
    day: date | None,
    *,
    today: date | None = None,
    waived_until: date | None = None,
    rotate_now: bool = False,
    note: str = "",
    row: bool = False,
) -> SafeString:
    """`{% due secret.next_rotation_on waived_until=secret.waived_until %}`: words first, the ISO date under them.

    `note` takes the place of the date; `row` puts both on one line.
    """
    today = today or _today(context)
    if rotate_now:
        return _due("Rotate now", "bad", "alert", _small(note or "compromised"), row)
    if waived_until is not None and waived_until >= today:
        return _due("Waived", "off", "", _small(note or format_html("until {}", _time(waived_until))), row)
    if day is None:
        return _due("No date", "warn", "alert", _small(note or "never recorded"), row)
    days = (day - today).days
    tone, drawn = ("bad", "alert") if days < 0 else ("warn", "clock")
    if days > relative_dates.DUE_SOON_DAYS:
        tone, drawn = "", ""
    return _due(relative_dates.until(day, today), tone, drawn, _small(note) if note else _time(day), row)


@register.simple_tag(takes_context=True)
def due_of(context: Context, secret: object, *, today: date | None = None, row: bool = False) -> SafeString:
    """`{% due_of secret %}`: the due chip of anything with `status`, `next_rotation_on` and `waived_until`."""
    status = str(getattr(secret, "status", ""))
    if status == "retired":
        return _due("Not needed", "off", "", _small("retired"), row)
    return due(
        context,
        getattr(secret, "next_rotation_on", None),
        today=today,
        waived_until=getattr(secret, "waived_until", None),
        rotate_now=status == "compromised",
        row=row,
    )


@register.simple_tag
def pill(value: object, label: str = "") -> SafeString:
    """`{% pill secret.status %}`: the word for a status, a state, an outcome or a standing, in its tone."""
    word = label or str(getattr(value, "label", "") or str(value).replace("_", " ").capitalize())
    tone = _TONES.get(str(value).lower(), "")
    kind = {"alarm": " pill--alarm", "plain": " pill--plain", "": ""}.get(tone, f" is-{tone}")
    drawn = drawing(_PILL_ICONS[tone]) if tone in _PILL_ICONS else ""
    return format_html('<span class="pill{}">{}{}</span>', kind, drawn, word)


@register.filter
def tone(value: object) -> str:
    """`class="banner {{ message.level_tag|tone }}"`: the class of a tone, or "" for none."""
    named = _TONES.get(str(value).lower(), "")
    return {"": "", "plain": "", "alarm": "is-bad"}.get(named, f"is-{named}")


@register.simple_tag(takes_context=True)
def when(context: Context, moment: date | datetime | None, missing: str = "never") -> SafeString:
    """`{% when change_set.at %}`: a past instant or day, with the full one for machines and on hover."""
    if moment is None:
        return format_html('<span class="soft">{}</span>', missing)
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment, relative_dates.past_day(moment, _today(context)))
    local = timezone.localtime(moment)
    now: object = context.get("now")
    words = relative_dates.past_instant(local, timezone.localtime(now if isinstance(now, datetime) else None))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        f"{local:%Y-%m-%d %H:%M}",
        words,
    )


@register.filter
def iso(day: date | datetime | None) -> SafeString:
    """`{{ secret.last_rotated_on|iso }}`: the date as it stands in tables, or "None"."""
    if day is None:
        return SafeString('<span class="soft">None</span>')
    return _time(timezone.localtime(day).date() if isinstance(day, datetime) else day)


@register.filter
def dated(text: object) -> SafeString:
    """`{{ task.reason|dated }}`: the text, its ISO dates being dates that no line break parts."""
    words = _ISO_DATE.split(str(text or ""))
    return format_html_join("", "{}", ((_machine_date(word) if at % 2 else word,) for at, word in enumerate(words)))


@register.filter
def safe_url(text: object) -> str:
    """`{% with url=secret.runbook_url|safe_url %}{% if url %}`: the address if it may be a link, else ""."""
    return links.web_address(str(text or ""))


@register.filter
def tel_url(number: object) -> str:
    """`{{ person.phone|tel_url }}`: the tel: address, or ""."""
    return links.phone_address(str(number or ""))


@register.filter
def mail_url(email: object) -> str:
    """`{{ person.email|mail_url }}`: the mailto: address, or ""."""
    return links.mail_address(str(email or ""))


@register.filter
def counted(number: int, nouns: str) -> str:
    """`{{ count|counted:"secret" }}`, `{{ count|counted:"entry,entries" }}`: the number with its noun."""
    noun, _, several = nouns.partition(",")
    return relative_dates.counted(number, noun, several)


@register.filter
def lookup(mapping: Mapping[object, object], key: object) -> object:
    """`{{ counts|lookup:code }}`: what stands in the mapping under the key, or None."""
    return mapping.get(key)


@register.simple_tag
def widget(field: forms.BoundField) -> SafeString:
    """`{% widget form.name %}`: the control alone, with the class that gives it its look."""
    if isinstance(field.field.widget, (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return field.as_widget()
    given = str(field.field.widget.attrs.get("class", ""))
    return field.as_widget(attrs={"class": f"field {given}".strip()})


def initials(name: str) -> str:
    """Return the first letters of the first and the last word that begin with a letter or digit; "?" if none does."""
    first = [word[0] for word in name.split() if unicodedata.category(word[0])[0] in "LN"]
    return "".join(first[:1] + first[1:][-1:]).upper() or "?"


def _due(words: str, tone: str, drawn: str, below: SafeString, row: bool) -> SafeString:
    classes = "due" + (f" is-{tone}" if tone else "") + (" due--row" if row else "")
    mark = format_html("{} ", drawing(drawn)) if drawn else ""
    return format_html('<span class="{}"><b>{}{}</b>{}</span>', classes, mark, words, below)


def _machine_date(day: str) -> SafeString:
    return format_html('<time datetime="{0}">{0}</time>', day)


def _small(text: str) -> SafeString:
    return format_html("<small>{}</small>", text)


def _time(day: date) -> SafeString:
    return format_html('<time datetime="{0}">{0}</time>', day.isoformat())


def _today(context: Context) -> date:
    found: object = context.get("today")
    return found if isinstance(found, date) else timezone.localdate()
