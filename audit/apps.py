"""The audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The ledger: every change, by whom, when and why; the accounts that act."""

    name = "audit"
    verbose_name = "Accounts and changes"
    default_auto_field = "django.db.models.BigAutoField"
