"""Knows who may read the document, who may bring one in, and who may take evidence away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.policies import is_examiner, is_security, may_see_register

if TYPE_CHECKING:
    from audit.models import User


def may_see_document(user: User) -> bool:
    """Return whether `user` may read the document and take it away: whoever sees the register."""
    return may_see_register(user)


def may_import(user: User) -> bool:
    """Return whether `user` may import a document or a table."""
    return is_security(user)


def may_edit_sections(user: User) -> bool:
    """Return whether `user` may change the document's own text."""
    return is_security(user)


def may_make_evidence(user: User) -> bool:
    """Return whether `user` may make evidence packs and take them away: security and auditors."""
    return is_examiner(user)
