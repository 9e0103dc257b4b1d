"""Refuses what must not stand in an entry, beside values of secrets."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from audit.links import web_address


def no_password_in_address(address: str) -> None:
    """Raise ValidationError where an address carries a user name or password, or cannot be followed safely."""
    if not web_address(address):
        raise ValidationError(
            "Write an address that begins with https:// and holds no user name or password.", code="address"
        )
