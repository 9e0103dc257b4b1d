"""The config app."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Registers the checks of what an operator configured."""

    name = "config"
    verbose_name = "Configuration"

    def ready(self) -> None:
        """Load the checks."""
        from config import checks  # noqa: F401  (registering is the import's effect)
