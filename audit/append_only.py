"""Marks the models whose rows are written once: the database refuses to change them, and the ledger seals them."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import apps
from django.db import models


class AppendOnly(models.Model):
    """A row that is written once and sealed. Its primary key is a whole number; a text may be redacted."""

    class Meta:
        abstract = True


def append_only_models() -> Sequence[type[AppendOnly]]:
    """Return every model whose rows are written once, the history of tracked models included, by table name."""
    found = [model for model in apps.get_models() if issubclass(model, AppendOnly)]
    return sorted(found, key=lambda model: model._meta.db_table)
