"""The audit app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    """The ledger: every change, by whom, when and why; the accounts that act."""

    name = "audit"
    verbose_name = "Accounts and changes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seal what every transaction writes, mark what is recorded, and let the triggers follow migrations."""
        from audit import marks
        from audit.backends.committing import after_commit, before_commit
        from audit.ledger import anchoring, sealing, triggers
        from audit.signals import recorded

        before_commit.append(sealing.seal)
        after_commit.append(anchoring.log_head)
        pre_migrate.connect(triggers.before_migrations, dispatch_uid="before_migrations")
        post_migrate.connect(triggers.after_migrations, dispatch_uid="after_migrations")
        recorded.connect(marks.mark_changes, dispatch_uid="mark_changes")
