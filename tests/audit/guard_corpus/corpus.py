"""Knows the whole corpus: values by kind, ordinary texts by kind, drawn from a seed."""

from __future__ import annotations

from collections.abc import Iterator

from tests.audit.guard_corpus import assignments, held_out, ordinary, providers, second, structures
from tests.audit.guard_corpus.making import Maker, Text, Words
from tests.audit.guard_corpus.wrapping import DISGUISES, SENTENCES

# Two samples with nothing in common but the forms: rules were written with the first one in view.
FITTED, HELD_OUT = 20260714, 4711
PROVIDER = "provider: "
WORDS: Words = {**assignments.WORDS, **structures.WORDS, **ordinary.WORDS}


def values(seed: int) -> Iterator[Text]:
    """Yield the texts that hold a value; those of providers have a kind that begins with "provider: "."""
    maker = Maker(seed)
    for kind, patterns in providers.PROVIDERS.items():
        for pattern in patterns:
            for sentence in maker.random.sample(SENTENCES, 6):
                words = sentence.replace("{{", "{").replace("}}", "}").replace("{}", maker.drawn(pattern))
                yield Text(PROVIDER + kind, words)
    for kind, patterns in structures.STRUCTURES.items():
        yield from maker.each(kind, patterns, 8, structures.WORDS)
    for kind, patterns in assignments.ASSIGNMENTS.items():
        yield from maker.each(kind, patterns, 20, assignments.WORDS)
    chosen = held_out if seed == HELD_OUT else second
    for kind, patterns in chosen.VALUES.items():
        yield from maker.each(f"in sentences: {kind}", patterns, 10, WORDS)


def disguised(seed: int) -> Iterator[Text]:
    """Yield keys of providers as they look with invisible, full-width or escaped characters."""
    maker = Maker(seed)
    for patterns in providers.PROVIDERS.values():
        for pattern in patterns:
            name, disguise = maker.random.choice(DISGUISES)
            yield Text(name, disguise(maker.drawn(pattern)))


def ordinary_texts(seed: int) -> Iterator[Text]:
    """Yield the texts that hold no value."""
    maker = Maker(seed)
    chosen = dict(held_out.ORDINARY) if seed == HELD_OUT else {**ordinary.ORDINARY, **second.ORDINARY}
    for kind, patterns in chosen.items():
        yield from maker.each(kind, patterns, 60 if seed == HELD_OUT else 16, ordinary.WORDS)
