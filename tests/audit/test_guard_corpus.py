"""How much the guard finds, and how seldom it is wrong: over texts made by code from what providers document."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.guard import check_text
from tests.audit.guard_corpus import corpus, report
from tests.audit.guard_corpus.making import Maker
from tests.audit.guard_corpus.providers import PROVIDERS

SEEDS = pytest.mark.parametrize("seed", [corpus.FITTED, corpus.HELD_OUT], ids=["fitted", "held out"])
PATTERNS = [pattern for patterns in PROVIDERS.values() for pattern in patterns]


@SEEDS
def test_the_corpus_has_two_thousand_different_texts_of_each_kind(seed: int) -> None:
    values = {text.words for text in corpus.values(seed)}
    ordinary = {text.words for text in corpus.ordinary_texts(seed)}

    assert len(values) >= 2000
    assert len(ordinary) >= 2000
    assert values & ordinary == set()


@SEEDS
def test_keys_of_providers_are_found(seed: int) -> None:
    counts = report.counted(corpus.values(seed))

    assert report.together(counts, prefix=corpus.PROVIDER).share >= 0.99
    assert min(count.share for count in counts if count.kind.startswith(corpus.PROVIDER)) >= 0.98


@SEEDS
def test_values_of_all_kinds_are_found(seed: int) -> None:
    counts = report.counted(corpus.values(seed))

    assert report.together(counts).share >= 0.95
    assert min(count.share for count in counts) >= 0.9


@SEEDS
def test_keys_are_found_in_disguise(seed: int) -> None:
    assert report.together(report.counted(corpus.disguised(seed))).share >= 0.98


@SEEDS
def test_ordinary_texts_pass(seed: int) -> None:
    alarms = report.together(report.counted(corpus.ordinary_texts(seed)))

    assert alarms.share <= 0.001


@SEEDS
def test_keys_of_providers_private_keys_and_passwords_in_addresses_are_certain(seed: int) -> None:
    kinds = (corpus.PROVIDER, "private keys", "addresses with passwords", "connection strings", "password files")
    chosen = [text for text in corpus.values(seed) if text.kind.startswith(kinds)]

    certain = [text for text in chosen if (refusal := check_text(text.words)) and refusal.kind == "certain"]

    assert len(certain) >= 0.99 * len(chosen)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_masked_key_passes(pattern: str) -> None:
    prefix = pattern.split("<")[0]

    assert check_text(f"Begins with `{prefix}`") is None


@settings(max_examples=300)
@given(
    st.integers(0, 10**6),
    st.sampled_from(PATTERNS),
    st.text(max_size=60),
    st.text(max_size=60),
    st.sampled_from([(" ", " "), ("\n", "\n"), ("“", "”"), ("`", "`"), ("(", ")"), ("| ", " |"), ("\t", ".")]),
)
def test_keys_are_found_among_any_words(
    seed: int, pattern: str, before: str, after: str, quotes: Sequence[str]
) -> None:
    key = Maker(seed).drawn(pattern)
    if check_text(key) is None or check_text(key).kind == "heuristic":  # type: ignore[union-attr]
        return  # drawn without a digit, which is not random enough to be sure

    assert check_text(f"{before}{quotes[0]}{key}{quotes[1]}{after}") is not None


@pytest.mark.parametrize(
    "unit",
    ["a/", "secret_", "password: ", "key aB3.", "otpauth://", "://?a&", "-----BEGIN ", "mysql -", "host=a,", "ψ"],
)
def test_the_cost_grows_with_the_length_and_no_faster(unit: str) -> None:
    short, long = (unit * (size // len(unit)) for size in (20_000, 160_000))

    quick, slow = (min(_seconds(text) for _ in range(3)) for text in (short, long))

    assert slow <= 30 * quick + 0.02  # eight times the text; quadratic cost would be 64 times


def _seconds(text: str) -> float:
    start = time.process_time()
    check_text(text)
    return time.process_time() - start
