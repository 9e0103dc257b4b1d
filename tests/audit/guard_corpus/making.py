"""Knows how texts are made of patterns: `<hex32>` stands for characters that are drawn anew for every text.

No value stands in a file of this folder: only what providers document of their form.
"""

from __future__ import annotations

import base64
import random
import re
import string
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

ALPHABETS: Mapping[str, str] = {
    "an": string.ascii_letters + string.digits,
    "al": string.ascii_letters,
    "lo": string.ascii_lowercase + string.digits,
    "up": string.ascii_uppercase + string.digits,
    "caps": string.ascii_uppercase,
    "hex": "0123456789abcdef",
    "hup": "0123456789ABCDEF",
    "dig": string.digits,
    "nz": string.digits[1:],
    "url": string.ascii_letters + string.digits + "-_",
    "bsf": string.ascii_letters + string.digits + "+/",
    "bth": "abcdefghijklmnopqrstuvwxyz234567",
    "btu": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
}
_DRAWN = re.compile(r"<([a-z]+)(\d+)(?:-(\d+))?>")
_CHOSEN = re.compile(r"\{([a-z_]+)\}")
Words = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the corpus and the kind it is counted under."""

    kind: str
    words: str


class Maker:
    """Draws texts; the same seed draws the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def drawn(self, pattern: str) -> str:
        """Return `pattern` with each `<alphabet length>` in it drawn; `<uuid1>` is a UUID."""
        return _DRAWN.sub(lambda found: self._part(found[1], int(found[2]), int(found[3] or found[2])), pattern)

    def chosen(self, pattern: str, words: Words) -> str:
        """Return `pattern` with each `{name}` in it replaced by one of those words, then drawn."""
        for _ in range(3):  # words may name others
            pattern = _CHOSEN.sub(lambda found: self.random.choice(words[found[1]]), pattern)
        return self.drawn(pattern.replace("{{", "{").replace("}}", "}"))

    def each(self, kind: str, patterns: Sequence[str], number: int, words: Words) -> Iterator[Text]:
        """Yield up to `number` texts of each pattern, no text twice."""
        for pattern in patterns:
            for text in sorted({self.chosen(pattern, words) for _ in range(number)}):
                yield Text(kind, text)

    def _part(self, name: str, least: int, most: int) -> str:
        length = self.random.randint(least, most)
        if name in _SPECIAL:
            return _SPECIAL[name](self, length)
        return "".join(self.random.choices(ALPHABETS[name], k=length))

    def _uuid(self, _: int) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def _json(self, _: int) -> str:
        header = f'{{"alg":"HS256","typ":"JWT","kid":"{self.random.getrandbits(32):x}"}}'
        return base64.urlsafe_b64encode(header.encode()).decode().rstrip("=")

    def _basic(self, length: int) -> str:
        return base64.b64encode(f"ops:{self._part('an', length, length)}".encode()).decode()

    def _base(self, length: int) -> str:
        """Return the Base64 of `length` random bytes."""
        return base64.b64encode(self.random.randbytes(length)).decode()


_SPECIAL: Mapping[str, Callable[[Maker, int], str]] = {
    "uuid": Maker._uuid,
    "jwt": Maker._json,
    "base": Maker._base,
    "basic": Maker._basic,
}
