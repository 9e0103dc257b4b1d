"""Knows all formats of keys, and finds the first one in a text."""

from __future__ import annotations

import operator

from audit.guard import provider_keys, service_keys, shapes
from audit.guard.formats import Format
from audit.guard.refusal import Refusal, certain

FORMATS: tuple[Format, ...] = (
    *provider_keys.PAYMENTS,
    *provider_keys.CLOUD,
    *provider_keys.CHAT,
    *provider_keys.AI,
    *provider_keys.CODE,
    *service_keys.MAIL,
    *service_keys.PRODUCT,
    *service_keys.IDENTITY,
    *shapes.KEYS,
    *shapes.ADDRESSES,
    *shapes.COMMANDS,
)


def _by_start() -> dict[str, list[tuple[str, int]]]:
    starts: dict[str, list[tuple[str, int]]] = {}
    for number, shape in enumerate(FORMATS):
        for needle in shape.needles:
            starts.setdefault(needle[:2], []).append((needle, number))
    return starts


# Most texts share few pairs of characters with the needles, so that only a dozen of the hundreds are looked for.
_NEEDLES = _by_start()


def known_format(text: str) -> Refusal | None:
    """Return the refusal of the first known format in `text`, which must be normalised; None without one."""
    pairs = set(map(operator.add, text, text[1:]))
    pairs.update(text)
    near = [entry for start in _NEEDLES.keys() & pairs for entry in _NEEDLES[start]]
    for number in sorted({number for needle, number in near if needle in text}):
        shape = FORMATS[number]
        if shape.found_in(text):
            return certain(shape.rule, shape.looks_like)
    return None
