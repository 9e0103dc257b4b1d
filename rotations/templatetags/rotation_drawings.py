"""Draws how a rotation comes to its end."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from rotations.burn_down import BurnDown

register = template.Library()

WIDTH, HEIGHT = 320, 84


@register.simple_tag
def burn_down(found: BurnDown) -> SafeString:
    """`{% burn_down burn_down %}`: the number left by day, above the line that leads to the planned day."""
    days = max((found.last_on - found.points[0].on).days, 1)

    def place(number: int, left: int) -> str:
        return f"{number * WIDTH / days:.1f},{HEIGHT - left * HEIGHT / found.total:.1f}"

    steps = [place((point.on - found.points[0].on).days, point.left) for point in found.points]
    start = f"0,{HEIGHT - HEIGHT:.1f}"
    if found.points[0].left < found.total:
        steps = [start, *steps]
    plan = SafeString("")
    if found.until is not None and found.until > found.points[0].on:
        end = place((found.until - found.points[0].on).days, 0)
        plan = format_html('<polyline class="plan" points="{} {}"/>', start, end)
    return format_html(
        '<svg class="burn" viewBox="-2 -4 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<path class="axis" d="M0 {}H{}"/>{}<polyline class="left" points="{}"/></svg>',
        WIDTH + 4,
        HEIGHT + 8,
        found.words,
        HEIGHT,
        WIDTH,
        plan,
        " ".join(steps),
    )
