"""What was changed before there were reviews waits for one too."""

from django.db import migrations

QUEUE = """
    INSERT INTO audit_waitingreview (change_set_id, author_id, at, state)
    SELECT id, actor_id, at, 'new' FROM audit_changeset
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0009_change_review")]
    operations = [migrations.RunSQL(QUEUE, migrations.RunSQL.noop)]
