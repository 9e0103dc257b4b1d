"""The documents app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """What comes in and goes out: the living document."""

    name = "documents"
    verbose_name = "Documents"
    default_auto_field = "django.db.models.BigAutoField"
