"""Knows which secrets the words of a rotation mean: their names, or all of an environment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from documents.importing.types import Types
from documents.markdown.words import environments_in, plain_words
from inventory.models import Secret

_BETWEEN = re.compile(r"\s*[,;\n]\s*|\s+and\s+")
_SAYING_NOTHING = frozenset(["secrets", "secret", "the", "of", "in", "active", "environment"])


class Covered:
    """The secrets a document's words may mean, as they are on the day of import."""

    def __init__(self, secrets: Mapping[str, Secret], environments: Mapping[str, str], types: Types) -> None:
        self.secrets, self.environments, self.types = secrets, environments, types

    def codes(self, words: str) -> list[str]:
        """Return the environments a cell names, each as a whole or among other words."""
        by_name = {name: code for code, name in self.environments.items()}
        pieces = [words] if words in by_name else words.split(", ")
        if all(piece in by_name for piece in pieces):
            return [by_name[piece] for piece in pieces]
        return environments_in(words, self.environments)

    def named(self, words: str, codes: list[str]) -> list[Secret] | None:
        """Return the secrets, None where the words name none; `codes` are the environments of the row."""
        if {"all", "every"} & set(plain_words(words).split()):
            return self._all(words, codes)
        found: list[Secret] = []
        for piece in _BETWEEN.split(words.strip()):
            secret = self._one(piece, codes)
            if secret is None:
                return None
            found.append(secret)
        return list({id(secret): secret for secret in found}.values())

    def _one(self, piece: str, codes: list[str]) -> Secret | None:
        names = [piece, *(f"{code}/{piece}" for code in codes)]
        return next((self.secrets[name] for name in names if name in self.secrets), None)

    def _all(self, words: str, codes: list[str]) -> list[Secret] | None:
        spoken = environments_in(words, self.environments) or codes
        if not spoken and plain_words(words) in ("all", "all secrets", "every secret"):
            spoken = list(self.environments)
        active = [
            secret
            for secret in self.secrets.values()
            if secret.environment_id in spoken and secret.status == Secret.Status.ACTIVE
        ]
        rest = self._rest(words, spoken)
        if not rest:
            return active or None
        kind = self.types.matching(rest)
        return [secret for secret in active if secret.type is kind] or None if kind is not None else None

    def _rest(self, words: str, spoken: Iterable[str]) -> str:
        """Return the words beside "all", the environment and those that say nothing: a type, if any."""
        kept = []
        for word in plain_words(words).split():
            is_place = set(environments_in(word, self.environments)) & set(spoken)
            if word not in ("all", "every") and word not in _SAYING_NOTHING and not is_place:
                kept.append(word)
        return " ".join(kept)
