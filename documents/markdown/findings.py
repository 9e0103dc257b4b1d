"""Collects what is told of a document while it is read: problems, notes and gaps, each with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from audit.guard import Refusal, check_text
from documents.markdown.facts import Remark

# Stands where a text was that looked like a value; it never leaves the page again.
REFUSED = "[refused]"
_REMOVED = "The text that stood here looked like the value of a secret and was taken out."


@dataclass(slots=True)
class Findings:
    """What a reader has to say; `refused` holds the texts that look like values, by line, for masking only.

    Lines that are `known` stand in the register already, where every text was judged when it was written; `judge`
    says why a text is refused.
    """

    lines: Sequence[str] = ()
    known: frozenset[str] = frozenset()
    judge: Callable[[str], Refusal | None] = check_text
    problems: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    gaps: list[Remark] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    guesses: int = 0  # how many texts were refused that only resemble a value
    _harmless: set[str] = field(default_factory=set)  # texts that were judged already; tables repeat themselves

    def problem(self, line: int, text: str) -> None:
        self.problems.append(Remark(line, text))

    def note(self, line: int, text: str) -> None:
        self.notes.append(Remark(line, text))

    def gap(self, line: int, what: str, missing: Iterable[str]) -> None:
        words = list(missing)
        if words:
            self.gaps.append(Remark(line, f"{what} has {_listed(words)}."))

    def accepts(self, line: int, where: str, source: str, plain: str) -> bool:
        """Return whether a text may be kept; one that looks like a value becomes a problem, without its words."""
        if REFUSED in plain or REFUSED in source:
            self.problem(line, f"{where}: {_REMOVED}")
            return False
        if plain in self._harmless or self.is_known(line):
            return True
        refusal = self.judge(plain)
        if refusal is None:
            self._harmless.add(plain)
            return True
        self.refused.append((line, source))
        self.guesses += refusal.kind == "heuristic"
        self.problem(line, f"{where}: {refusal.message} (rule {refusal.rule})")
        return False

    def is_known(self, line: int) -> bool:
        """Return whether the register itself writes this line."""
        return bool(self.known) and self.lines[line - 1] in self.known


def _listed(words: list[str]) -> str:
    missing = [f"no {word}" for word in words]
    return missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
