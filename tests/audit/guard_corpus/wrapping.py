"""The surroundings in which a key is pasted: alone, in sentences, tables, code, and wrapped by a disguise."""

from __future__ import annotations

from collections.abc import Callable, Sequence

SENTENCES: Sequence[str] = (
    "{}", "Rotated on Monday, see {} for the rest.", "`{}`", "| Stripe | {} | 90 days |", "key={}",
    '{{"token": "{}"}}', "export X={}", "<key>{}</key>", "({})", "old:{},new:tbd", "{}\n", "\n\n    {}\n",
    "- {}", "**{}**", "It is '{}'.", "“{}”", "Schlüssel {} gilt bis Freitag", "ключ {} до пятницы",
    "新しい鍵は {} です", "value:{};", "x: {} # rotate", "[{}](https://example.org)", "{}, please rotate",
    "Wen wrote: {}",
)  # fmt: skip

DISGUISES: Sequence[tuple[str, Callable[[str], str]]] = (
    ("zero-width", lambda text: "\u200b".join(text)),
    ("soft hyphen", lambda text: text[:5] + "\u00ad" + text[5:]),
    ("full-width", lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)),
    ("Markdown escapes", lambda text: text.replace("_", "\\_").replace("-", "\\-")),
    ("entities", lambda text: "".join(f"&#{ord(c)};" for c in text)),
    ("hexadecimal entities", lambda text: "".join(f"&#x{ord(c):x};" for c in text)),
    ("NUL", lambda text: text[:3] + "\x00" + text[3:]),
    ("bidi marks", lambda text: "\u202e" + text + "\u202c"),
    ("combining marks", lambda text: text[:4] + "\u0301" + text[4:]),
    ("BOM", lambda text: "\ufeff" + text),
    ("mathematical letters", lambda text: "".join(chr(0x1D7F6 + int(c)) if c.isdigit() else c for c in text)),
)
