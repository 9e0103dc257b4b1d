"""Which secret must be rotated before which other one."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from audit.tracked import Tracked
from inventory.dependencies import circle
from inventory.models.secret import Secret


class Dependency(Tracked):
    """A secret that is rotated after another one, or on the same day, never before it."""

    named_by: ClassVar = ("secret", "depends_on")

    secret = models.ForeignKey(Secret, on_delete=models.CASCADE, related_name="dependencies")
    depends_on = models.ForeignKey(Secret, on_delete=models.CASCADE, related_name="dependants")
    reason = models.CharField(max_length=300, blank=True, help_text="For example: its password is signed with that key")

    class Meta:
        verbose_name_plural = "dependencies"
        constraints = [
            models.UniqueConstraint(
                fields=["secret", "depends_on"],
                name="a dependency stands once",
                violation_error_message="This dependency is listed already.",
            ),
            models.CheckConstraint(
                condition=~Q(secret=F("depends_on")),
                name="a secret does not depend on itself",
                violation_error_message="A secret cannot depend on itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.secret} after {self.depends_on}"

    def clean(self) -> None:
        """Refuse what would go round in a circle, at the field where it can be mended."""
        if not self.secret_id or not self.depends_on_id or self.secret_id == self.depends_on_id:
            return
        names = circle(self.secret_id, self.depends_on_id, without=self.pk)
        if names:
            raise ValidationError({"depends_on": self.refused(names)})

    @staticmethod
    def refused(names: list[str]) -> ValidationError:
        """Return the error about dependencies that would go round in a circle."""
        words = f"This would go round in a circle: {' after '.join(names)}. Take one of these dependencies away first."
        return ValidationError(words, code="circle")
