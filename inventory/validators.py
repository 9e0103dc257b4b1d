"""Refuses what must not stand in an entry, beside values of secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator, URLValidator

from audit.links import web_address


def no_password_in_address(address: str) -> None:
    """Raise ValidationError where an address carries a user name or password, or cannot be followed safely."""
    if not web_address(address):
        raise ValidationError(
            "Write an address that begins with https:// and holds no user name or password.", code="address"
        )


CODE = RegexValidator(
    r"^[a-z0-9][a-z0-9_.-]*\Z", "Use small letters, digits, - _ and . only, beginning with a letter or digit.", "code"
)
ADDRESS: list[Callable[[Any], None]] = [URLValidator(schemes=["https", "http"]), no_password_in_address]
INTERVAL = MinValueValidator(1, "Rotation interval must be at least 1 day. Leave it empty for none.")
