"""Draws the controls of the list of secrets."""

from __future__ import annotations

from django import forms, template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def options(field: forms.BoundField) -> SafeString:
    """`<select>{% options form.owner %}</select>`: at once, where a widget would draw every option by itself."""
    given = str(field.value() or "")
    choices = field.field.choices  # type: ignore[attr-defined]
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SafeString(" selected") if value == given else "", label) for value, label in choices),
    )


@register.simple_tag
def select(field: forms.BoundField) -> SafeString:
    """`{% select form.owner %}`: a labelled choice among the filters."""
    wrong = SafeString(' aria-invalid="true"') if field.errors else ""
    return format_html(
        '<label><span class="lbl">{}</span><select class="field" name="{}"{}>{}</select></label>',
        field.label,
        field.html_name,
        wrong,
        options(field),
    )
