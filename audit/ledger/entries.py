"""The tables of the ledger: its entries, what they say of columns, redactions, and what a transaction still owes it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from audit.append_only import AppendOnly


class LedgerEntry(models.Model):
    """One sealed row: digests of its columns, and a seal over them and the seal before. Numbers have no gaps."""

    unguarded_columns: ClassVar = frozenset({"table_name", "layout", "key_id"})

    seq = models.BigIntegerField(primary_key=True)
    table_name = models.CharField(max_length=63)
    row_key = models.BigIntegerField()
    layout = models.CharField(max_length=16)
    # When it was sealed, by the clock of the database; the order is that of the numbers, whatever the clock said.
    at = models.DateTimeField(db_index=True)
    key_id = models.CharField(max_length=16)
    digests = models.BinaryField()
    seal = models.BinaryField()

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [
            models.UniqueConstraint(fields=["table_name", "row_key"], name="a row is sealed once"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.table_name} {self.row_key}"


class SealedLayout(models.Model):
    """Which columns of a table entries hold digests of, in their order; known by its own digest."""

    unguarded_columns: ClassVar = frozenset({"layout", "table_name", "columns"})

    layout = models.CharField(max_length=16, primary_key=True)
    table_name = models.CharField(max_length=63)
    columns = models.TextField()

    def __str__(self) -> str:
        return f"{self.table_name} ({self.layout})"


class Redaction(AppendOnly):
    """One text that was taken out of one column of one row, by two people; says what it has been since."""

    unguarded_columns: ClassVar = frozenset({"table_name", "column_name", "key_id", "digest"})

    change_set = models.ForeignKey("audit.ChangeSet", on_delete=models.PROTECT, related_name="redactions")
    second = models.ForeignKey("audit.User", on_delete=models.PROTECT, related_name="redactions_seconded")
    second_name = models.CharField(max_length=300)
    table_name = models.CharField(max_length=63)
    row_key = models.BigIntegerField()
    column_name = models.CharField(max_length=63)
    key_id = models.CharField(max_length=16)
    # Of the column's content from then on, in hexadecimal.
    digest = models.CharField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["table_name", "row_key"], name="redaction_of_row")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_key}, {self.column_name}"


class Nothing(models.Model):
    """A table that stays empty, so that a key which leads here refuses the commit."""

    words = models.TextField(primary_key=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(words=F("words")), name="nothing is ever here")]

    def __str__(self) -> str:
        return self.words


class Unrecorded(models.Model):
    """A tracked row that was changed in the transaction under way and has no history of it yet."""

    table_name = models.CharField(max_length=63)
    row_key = models.BigIntegerField()
    # Whether its history tells already that it goes, and it has not gone yet.
    announced = models.BooleanField(default=False)
    awaits = models.ForeignKey(Nothing, on_delete=models.DO_NOTHING, db_index=False)

    class Meta:
        indexes = [models.Index(fields=["table_name", "row_key"], name="unrecorded_row")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_key}"


class Unsealed(models.Model):
    """A row that was written in the transaction under way and is still to be sealed."""

    table_name = models.CharField(max_length=63)
    row_key = models.BigIntegerField()
    awaits = models.ForeignKey(Nothing, on_delete=models.DO_NOTHING, db_index=False)

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_key}"
