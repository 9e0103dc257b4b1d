"""Holds the drawings of the icons: 16 by 16, strokes only."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_CIRCLE = '<circle cx="8" cy="8" r="6"/>'
_PAGE = '<path d="M4 2h5.5L12.5 5v9H4zM9.5 2v3h3M6.2 8h4M6.2 10.8h4"/>'
ICONS = {
    "alert": _CIRCLE + '<path d="M8 4.8v3.8M8 11v.1"/>',
    "arrow": '<path d="M3 8h10M9.2 4.2 13 8l-3.8 3.8"/>',
    "calendar": '<rect x="2.5" y="3.5" width="11" height="10" rx="1.5"/><path d="M2.5 6.8h11M5.5 2v2.5M10.5 2v2.5"/>',
    "chat": '<path d="M2.5 3.5h11v7.5H7l-3 2.5V11H2.5z"/>',
    "check": '<path d="m3 8.5 3.2 3.2L13 4.8"/>',
    "circle": '<circle cx="8" cy="8" r="5.5"/>',
    "clock": _CIRCLE + '<path d="M8 4.6V8l2.3 1.6"/>',
    "copy": (
        '<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/>'
        '<path d="M10.5 3.5v-.5a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6.5a1 1 0 0 0 1 1h.5"/>'
    ),
    "doc": _PAGE,
    "down": '<path d="M8 2.5v7.2M4.8 6.8 8 10l3.2-3.2M3 13.5h10"/>',
    "edit": '<path d="M10.6 3 13 5.4 5.6 12.8l-3 .6.6-3z"/>',
    "link": (
        '<path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 1 0-3.7-3.7l-.8.8'
        'M9.2 6.8a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 1 0 3.7 3.7l.8-.8"/>'
    ),
    "mail": '<rect x="2" y="3.5" width="12" height="9" rx="1.2"/><path d="m2.4 4.6 5.6 4 5.6-4"/>',
    "phone": (
        '<path d="M3.2 2.5h2.3l1.1 2.9-1.5 1.2a8 8 0 0 0 4.3 4.3l1.2-1.5 2.9 1.1v2.3'
        'c0 .5-.4.9-.9.9A10.4 10.4 0 0 1 2.3 3.4c0-.5.4-.9.9-.9Z"/>'
    ),
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "print": '<path d="M4.5 6V2.5h7V6M4.5 11.5h-2v-5h11v5h-2M4.5 9.5h7v4h-7z"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>',
    "shield": '<path d="M8 2 3 4v3.8c0 3 2.1 5.2 5 6.2 2.9-1 5-3.2 5-6.2V4z"/>',
    "up": '<path d="M8 10V2.8M4.8 6 8 2.8 11.2 6M3 13.5h10"/>',
    "x": '<path d="m4.5 4.5 7 7m0-7-7 7"/>',
}


def drawing(name: str, classes: str = "") -> SafeString:
    """Return the icon as inline SVG that assistive technology passes over."""
    strokes = mark_safe(ICONS[name])  # noqa: S308  (a constant of this module)
    html_class = f"i {classes}".strip()
    return format_html('<svg class="{}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>', html_class, strokes)
