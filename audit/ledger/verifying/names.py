"""Knows what a row that was found is called, as far as the change log tells."""

from __future__ import annotations

from django.db.models import QuerySet

from audit.change_sets import ChangeRow
from audit.ledger.tables import tracked_tables
from audit.ledger.verifying.findings import Finding


def name_of(finding: Finding) -> str:
    """Return the name of the row that `finding` is about, as it was last told; "" where nothing tells. One query."""
    if finding.row_key is None:
        return ""
    for table in tracked_tables():
        rows = ChangeRow.objects.filter(model=table.label.lower())
        if finding.table == table.history:
            return _text(rows.filter(history_id=finding.row_key))
        if finding.table == table.table:
            return _text(rows.filter(object_id=str(finding.row_key)))
    if finding.table == ChangeRow._meta.db_table:
        return _text(ChangeRow.objects.filter(pk=finding.row_key))
    return ""


def _text(rows: QuerySet[ChangeRow]) -> str:
    return rows.order_by("-pk").values_list("object_text", flat=True).first() or ""
