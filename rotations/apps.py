"""The rotations app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from audit.signals import recorded


class RotationsConfig(AppConfig):
    """When a secret must change, and what was done."""

    name = "rotations"
    verbose_name = "Rotations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let calendars follow whatever is recorded, on any floor, and give a new register its reminders."""
        from rotations import (
            agendas,
            first_checklist,
            first_reminders,
            first_rungs,
            holding,
            models,
            rescheduling,
        )  # models are there from now on

        recorded.connect(rescheduling.follow_plans, sender=models.Rotation, dispatch_uid="follow_plans")
        for model in (models.RotationItem, models.RotationTask):
            recorded.connect(rescheduling.follow_parts, sender=model, dispatch_uid=f"follow:{model.__name__}")
        recorded.connect(holding.hold_rotations, sender=models.Rotation, dispatch_uid="hold_rotations")
        recorded.connect(holding.hold_items, sender=models.RotationItem, dispatch_uid="hold_items")
        recorded.connect(holding.hold_tasks, sender=models.RotationTask, dispatch_uid="hold_tasks")
        recorded.connect(
            holding.hold_acknowledgements, sender=models.Acknowledgement, dispatch_uid="hold_acknowledgements"
        )
        recorded.connect(agendas.follow_changes, dispatch_uid="follow_changes")
        post_migrate.connect(first_reminders.set_first_reminders, sender=self, dispatch_uid="first_reminders")
        post_migrate.connect(first_rungs.set_first_rungs, sender=self, dispatch_uid="first_rungs")
        post_migrate.connect(first_checklist.set_first_checklist, sender=self, dispatch_uid="first_checklist")
