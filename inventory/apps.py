"""The inventory app."""

from django.apps import AppConfig

from audit.signals import recorded


class InventoryConfig(AppConfig):
    """Which secrets exist, what they are, where they are kept, who owns them."""

    name = "inventory"
    verbose_name = "Inventory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hold what is true of dates and dependencies, and mark what weakens control, whoever does it."""
        from contacts.models import Person
        from inventory import dependencies, schedule, weakening

        recorded.connect(
            schedule.follow_intervals, sender=self.get_model("SecretType"), dispatch_uid="follow_intervals"
        )
        recorded.connect(
            schedule.hold_last_rotations, sender=self.get_model("Secret"), dispatch_uid="hold_last_rotations"
        )
        recorded.connect(
            weakening.mark_longer_intervals, sender=self.get_model("Secret"), dispatch_uid="mark_longer_intervals"
        )
        recorded.connect(
            dependencies.refuse_circles, sender=self.get_model("Dependency"), dispatch_uid="refuse_circles"
        )
        recorded.connect(weakening.mark_who_left, sender=Person, dispatch_uid="mark_who_left")
