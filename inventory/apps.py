"""The inventory app."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """Which secrets exist, what they are and who answers for them."""

    name = "inventory"
    verbose_name = "Secrets"
    default_auto_field = "django.db.models.BigAutoField"
