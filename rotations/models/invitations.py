"""What calendars of people were told of rotations by e-mail; it follows from the register: not tracked."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from contacts.models import Person
from rotations.models.rotation import Rotation


class Invitation(models.Model):
    """What one person's own calendar was last told of one rotation, and whether that arrived."""

    class State(models.TextChoices):
        """What the last message says."""

        NEW = "new", "Not invited yet"
        INVITED = "invited", "Invited"
        CANCELLED = "cancelled", "Cancelled"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sent_invitations")
    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="invitations")
    state = models.CharField(max_length=9, choices=State, default=State.NEW)
    # Of the last message; its number is given before it is sent, and only ever grows.
    sequence = models.PositiveIntegerField(default=0)
    on = models.DateField("day told", null=True, blank=True)
    address = models.CharField(max_length=254, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    # Delivered, refused or given up: nothing is to be tried again.
    is_settled = models.BooleanField("settled", default=False)
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    # Whether the mail server itself failed, so that the others wait too.
    is_outage = models.BooleanField("mail server down", default=False)
    error = models.CharField("what went wrong", max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "rotation"], name="one invitation a rotation")]

    def __str__(self) -> str:
        return f"{self.person}: {self.rotation}"
