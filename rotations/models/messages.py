"""Who is told of what, and the messages that tell them; all of it follows from the register: none is tracked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from contacts.delivery import Channel
from contacts.models import Person
from inventory.models import Secret
from rotations.models.reminders import ReminderRung
from rotations.models.tasks import RotationTask

Clock = ReminderRung.Clock


class ReminderMessage(models.Model):
    """The one message that a person gets on a day by a channel."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        UNDELIVERABLE = "undeliverable", "Could not be delivered"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reminder_messages")
    channel = models.CharField(max_length=5, choices=Channel)
    on = models.DateField()
    state = models.CharField(max_length=13, choices=State, default=State.WAITING)
    address = models.CharField(max_length=254, blank=True)
    count = models.PositiveIntegerField("things told of", default=0)
    made_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    # Whether the one who sent it before was interrupted, so that it may have arrived.
    maybe_again = models.BooleanField("may have arrived before", default=False)
    error = models.CharField("what went wrong", max_length=200, blank=True)

    class Meta:
        verbose_name = "reminder message"
        constraints = [models.UniqueConstraint(fields=["person", "channel", "on"], name="one message a day")]
        indexes = [
            models.Index(fields=["state", "channel", "next_attempt_at", "id"], name="message_to_send"),
            models.Index(fields=["-on", "-id"], name="message_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.on}, {self.get_channel_display()}"


class Reminder(models.Model):
    """One rung of one due date that one person is told of by one channel."""

    clock = models.CharField(max_length=8, choices=Clock)
    # Secrets and people are never removed, and the one statement that writes these rows reads them from their tables:
    # the database need not look each up again for every row.
    secret = models.ForeignKey(
        Secret,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reminders",
        db_index=False,
        db_constraint=False,
    )
    task = models.ForeignKey(
        RotationTask, on_delete=models.CASCADE, null=True, blank=True, related_name="reminders", db_index=False
    )
    due_on = models.DateField()
    days = models.IntegerField("days after")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="reminders", db_index=False, db_constraint=False
    )
    channel = models.CharField(max_length=5, choices=Channel)
    message = models.ForeignKey(ReminderMessage, on_delete=models.CASCADE, related_name="reminders")
    reason = models.CharField(max_length=400)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["secret", "person", "channel", "clock", "due_on", "days"],
                condition=Q(secret__isnull=False),
                name="nobody is told of a secret's rung twice",
            ),
            models.UniqueConstraint(
                fields=["task", "person", "channel", "due_on", "days"],
                condition=Q(task__isnull=False),
                name="nobody is told of a task's rung twice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.secret or self.task}, {self.due_on}"


class ReminderGap(models.Model):
    """Since when a secret has no date, or no owner: the day on which sending reminders found it so."""

    secret = models.ForeignKey(Secret, on_delete=models.CASCADE, related_name="reminder_gaps")
    clock = models.CharField(max_length=8, choices=Clock)
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["secret", "clock"], name="a gap begins once")]

    def __str__(self) -> str:
        return f"{self.secret}: {self.get_clock_display().lower()}, {self.since}"


class ReminderRun(models.Model):
    """A day on which reminders were gathered: when last, how many, and of how many things nobody can be told."""

    on = models.DateField(unique=True)
    last_at = models.DateTimeField(default=timezone.now)
    made = models.PositiveIntegerField(default=0)
    nobody = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.on)
