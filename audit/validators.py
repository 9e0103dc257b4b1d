"""Knows how a refused text becomes an error of a form, a model or an import; never repeats the text."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from audit.guard import Refusal, check_text

LOOKS_LIKE_VALUE = "looks_like_value"


def refuse_values(text: str) -> None:
    """Raise ValidationError with code "looks_like_value" where `text` looks like the value of a secret."""
    refusal = check_text(text)
    if refusal is not None:
        raise refused(refusal)


def refused(refusal: Refusal) -> ValidationError:
    """Return the error that tells people of `refusal`."""
    return ValidationError(refusal.message, code=LOOKS_LIKE_VALUE, params={"rule": refusal.rule, "kind": refusal.kind})


def is_heuristic(error: ValidationError) -> bool:
    """Return whether `error` refuses a text that only resembles a value, so that security may let it stay."""
    return error.code == LOOKS_LIKE_VALUE and (error.params or {}).get("kind") == "heuristic"
