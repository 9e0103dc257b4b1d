"""What waits for history or a seal is gone before the commit: PostgreSQL need not write it to its log."""

from django.db import migrations

TABLES = ("audit_unrecorded", "audit_unsealed")


def alter(kind):
    def statements(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for table in TABLES:
                schema_editor.execute(f"ALTER TABLE {table} SET {kind}")

    return statements


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_ledger")]
    operations = [migrations.RunPython(alter("UNLOGGED"), alter("LOGGED"))]
