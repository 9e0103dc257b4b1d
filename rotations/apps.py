"""The rotations app."""

from django.apps import AppConfig


class RotationsConfig(AppConfig):
    """When a secret must change, and what was done."""

    name = "rotations"
    verbose_name = "Rotations"
    default_auto_field = "django.db.models.BigAutoField"
