"""Counts by kind what the guard finds and what it refuses wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from audit.guard import check_text
from tests.audit.guard_corpus import corpus
from tests.audit.guard_corpus.making import Text


@dataclass(slots=True)
class Count:
    """How many texts of a kind there are, and how many were refused."""

    kind: str
    total: int = 0
    refused: int = 0

    @property
    def share(self) -> float:
        """The refused ones, from 0 to 1."""
        return self.refused / self.total if self.total else 0.0


def counted(texts: Iterable[Text]) -> list[Count]:
    """Return the counts by kind, in the order of their first text."""
    counts: dict[str, Count] = {}
    for text in texts:
        count = counts.setdefault(text.kind, Count(text.kind))
        count.total += 1
        count.refused += check_text(text.words) is not None
    return list(counts.values())


def together(counts: Iterable[Count], *, prefix: str = "") -> Count:
    """Return the sum of the kinds that begin with `prefix`."""
    chosen = [count for count in counts if count.kind.startswith(prefix)]
    return Count(prefix, sum(one.total for one in chosen), sum(one.refused for one in chosen))


def lines(seed: int) -> Iterator[str]:
    """Yield the table of one sample."""
    found, alarms = counted(corpus.values(seed)), counted(corpus.ordinary_texts(seed))
    yield f"{'values':<46}{'texts':>7}{'found':>9}"
    for one in [*found, *counted(corpus.disguised(seed)), together(found, prefix=corpus.PROVIDER), together(found)]:
        yield f"{one.kind or 'all values':<46}{one.total:>7}{one.share:>9.2%}"
    yield f"{'ordinary texts':<46}{'texts':>7}{'alarms':>9}"
    for one in [*alarms, together(alarms)]:
        yield f"{one.kind or 'all ordinary texts':<46}{one.total:>7}{one.refused:>9}"
