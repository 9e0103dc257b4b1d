"""Looks for what was changed behind the register's back."""

from audit.ledger.verifying.trail import Report, verify

__all__ = ["Report", "verify"]
