"""Prints what the guard finds in the corpus: python -m tests.audit.guard_corpus [--missed]."""

from __future__ import annotations

import sys

from audit.guard import check_text
from tests.audit.guard_corpus import corpus, report

for name, seed in (("fitted", corpus.FITTED), ("held out", corpus.HELD_OUT)):
    print(f"\n{name}, seed {seed}\n")
    print("\n".join(report.lines(seed)))
    if "--missed" in sys.argv:
        for one in corpus.values(seed):
            if check_text(one.words) is None:
                print(f"missed  {one.kind}: {one.words!r}")
        for one in corpus.ordinary_texts(seed):
            if (refusal := check_text(one.words)) is not None:
                print(f"alarm  {refusal.rule}: {one.words!r}")
