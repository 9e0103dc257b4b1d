"""Draws the controls of the list of secrets."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import cast

from django import forms, template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.templatetags import ux
from contacts.models import Person
from inventory.filters import ListedField
from inventory.models import Secret

register = template.Library()


@register.simple_tag
def select(field: forms.BoundField) -> SafeString:
    """`{% select form.owner %}`: a labelled choice among the filters."""
    listed = cast(ListedField, field.field)
    wrong = SafeString(' aria-invalid="true"') if field.errors else ""
    return format_html(
        '<label><span class="lbl">{}</span><select class="field" name="{}"{}>{}</select></label>',
        field.label,
        field.html_name,
        wrong,
        listed.choices.drawn_with(str(field.value() or "")),
    )


@register.simple_tag
def chip(person: Person | None, missing: str = "No owner") -> SafeString:
    """`{% chip secret.owner %}`: as `who`, drawn once for all the rows of a person."""
    if person is None:
        return ux.who(None, missing)
    return _chip(person.pk, person.name, person.is_active)


@register.simple_tag(takes_context=True)
def due_chip(context: Context, secret: Secret) -> SafeString:
    """`{% due_chip secret %}`: as `due_of`, drawn once for all the rows that stand alike."""
    return _due_chip(secret.status, secret.next_rotation_on, secret.waived_until, context["today"])


@lru_cache(maxsize=1000)
def _chip(pk: int, name: str, is_active: bool) -> SafeString:
    return ux.who(cast(ux.Named, Person(pk=pk, name=name, is_active=is_active)))


@lru_cache(maxsize=1000)
def _due_chip(status: str, next_on: date | None, waived_until: date | None, today: date) -> SafeString:
    secret = Secret(status=status, next_rotation_on=next_on, waived_until=waived_until)
    return ux.due_of(Context(), secret, today=today)
