"""The inventory app."""

from django.apps import AppConfig

from audit.signals import recorded


class InventoryConfig(AppConfig):
    """Which secrets exist, what they are, where they are kept, who owns them."""

    name = "inventory"
    verbose_name = "Inventory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let dates follow the intervals of types, refuse circles, and mark what weakens control, whoever does it."""
        from contacts.models import Person
        from inventory import dependencies, schedule, weakening

        recorded.connect(
            schedule.follow_intervals, sender=self.get_model("SecretType"), dispatch_uid="follow_intervals"
        )
        recorded.connect(
            weakening.mark_longer_intervals, sender=self.get_model("Secret"), dispatch_uid="mark_longer_intervals"
        )
        recorded.connect(
            dependencies.refuse_circles, sender=self.get_model("Dependency"), dispatch_uid="refuse_circles"
        )
        recorded.connect(weakening.mark_who_left, sender=Person, dispatch_uid="mark_who_left")
