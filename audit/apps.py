"""The audit app."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    """The ledger: every change, by whom, when and why; the accounts that act."""

    name = "audit"
    verbose_name = "Accounts and changes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seal what every transaction writes, mark what is recorded, and let the triggers follow migrations."""
        from audit import marks, security_log, sessions
        from audit.backends.committing import after_commit, before_commit
        from audit.ledger import anchoring, sealing, triggers
        from audit.signals import recorded

        before_commit.append(sealing.seal)
        after_commit.append(anchoring.log_head)
        pre_migrate.connect(triggers.before_migrations, dispatch_uid="before_migrations")
        post_migrate.connect(triggers.after_migrations, dispatch_uid="after_migrations")
        recorded.connect(marks.mark_changes, dispatch_uid="mark_changes")
        user_logged_in.connect(sessions.begin_session, dispatch_uid="begin_session")
        user_logged_in.connect(security_log.log_sign_in, dispatch_uid="log_sign_in")
        user_logged_out.connect(security_log.log_sign_out, dispatch_uid="log_sign_out")
        user_login_failed.connect(security_log.log_failed_sign_in, dispatch_uid="log_failed_sign_in")
