"""Keys of feeds: long, found by their beginning, kept only as a keyed hash."""

import re

import pytest

from rotations.feed_keys import KEY_LENGTH, PREFIX_LENGTH, FreshKey, digest_of, is_key, is_right, make_key, prefix_of


def test_key_is_a_prefix_and_256_random_bits_that_fit_an_address():
    key = make_key()

    assert re.fullmatch(r"[A-Za-z0-9_-]{12}[A-Za-z0-9_-]{43}", key.text)
    assert (len(key.text), prefix_of(key.text)) == (KEY_LENGTH, key.prefix)
    assert is_key(key.text)


def test_keys_differ_in_every_part():
    keys = [make_key() for _ in range(1000)]

    assert len({key.prefix for key in keys}) == 1000
    assert len({key.text[PREFIX_LENGTH:] for key in keys}) == 1000
    assert len({key.digest for key in keys}) == 1000


def test_key_is_right_for_its_own_digest_alone():
    key, other = make_key(), make_key()

    assert is_right(key.text, key.digest) is True
    assert is_right(key.text, other.digest) is False
    assert is_right(other.text, key.digest) is False
    assert is_right(key.text, None) is False


@pytest.mark.parametrize("change", [lambda text: text[:-1], lambda text: text + "A", lambda text: text.swapcase()])
def test_key_that_is_nearly_right_is_wrong(change):
    key = make_key()

    assert is_right(change(key.text), key.digest) is False


@pytest.mark.parametrize("text", ["", "0", "A" * 54, "A" * 56, "A" * 55 + "\n", "é" * 55, "\ud800" * 55, "\0" * 55])
def test_hostile_key_is_wrong_and_harmless(text):
    assert is_key(text) is False
    assert is_right(text, make_key().digest) is False
    assert is_right(text, None) is False


def test_digest_depends_on_the_feed_key_of_the_register(settings):
    before = digest_of("k" * KEY_LENGTH)

    settings.FEED_KEY = "another"

    assert digest_of("k" * KEY_LENGTH) != before


def test_key_does_not_show_in_a_representation():
    key = FreshKey(text="the-text-of-the-key", prefix="p", digest="d")

    assert repr(key) == "FreshKey(prefix='p', digest='d')"
