"""People, the teams and titled roles they have, when they are away, and who is called in which order."""

from __future__ import annotations

from typing import ClassVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from audit.models import User
from audit.tracked import Tracked
from contacts.holidays import known_place
from contacts.querysets import PersonQuerySet, TeamQuerySet


def known_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a time zone such as Europe/Berlin."""
    if name not in available_timezones():
        raise ValidationError("This is no time zone. Write a name such as Europe/Berlin.", code="time_zone")


class Team(Tracked):
    """A group of people that answers for types of secrets or for single ones."""

    name = models.CharField(max_length=100, help_text="For example: DevOps team")
    lead = models.ForeignKey("Person", on_delete=models.PROTECT, null=True, blank=True, related_name="teams_led")

    objects: ClassVar = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"), name="a team's name is its own", violation_error_message="A team of this name exists."
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("contacts:team", args=[self.pk])


class Person(Tracked):
    """Somebody who can answer for secrets, with or without an account; deactivated, never deleted."""

    class ToldBy(models.TextChoices):
        """How somebody hears of what is due."""

        EMAIL = "email", "E-mail"
        SLACK = "slack", "Slack"
        BOTH = "both", "E-mail and Slack"
        NOTHING = "nothing", "Nothing"

    name = models.CharField(max_length=150)
    email = models.EmailField("e-mail", blank=True)
    slack_handle = models.CharField(
        "Slack handle",
        max_length=80,
        blank=True,
        validators=[RegexValidator(r"^[^@\s]+$", "Write the handle without @ and without spaces.")],
        help_text="For example: wen.li",
    )
    slack_user_id = models.CharField(
        "Slack user ID",
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^[UW][A-Z0-9]+$", "A Slack user ID begins with U or W, such as U024BE7LH.")],
        help_text="For example: U024BE7LH. Links to Slack need it; the handle is not enough.",
    )
    phone = models.CharField(
        max_length=40,
        blank=True,
        validators=[
            RegexValidator(r"^[+()\d][\d\s()./-]*( ?(ext\.?|x) ?\d+)?$", "Write a number such as +49 30 1234567.")
        ],
    )
    told_by = models.CharField(
        "reminded by",
        max_length=7,
        choices=ToldBy,
        default=ToldBy.EMAIL,
        help_text="With nothing, the next one on the escalation path is told instead.",
    )
    invitations = models.BooleanField(
        "invited by e-mail",
        default=False,
        help_text="To each rotation of theirs, for the calendar they already have; no reply is needed.",
    )
    time_zone = models.CharField(
        max_length=60, blank=True, validators=[known_time_zone], help_text="For example: Europe/Berlin"
    )
    holidays = models.CharField(
        max_length=40,
        blank=True,
        validators=[known_place],
        help_text="Where they have holidays: a country such as DE, or a part such as DE-BY. Empty: the register's.",
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="members")
    account = models.OneToOneField(User, on_delete=models.PROTECT, null=True, blank=True, related_name="person")
    is_active = models.BooleanField(
        "active", default=True, help_text="Untick this when somebody leaves: what they own is then shown as a gap."
    )

    objects: ClassVar = PersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(
                Lower("slack_handle"),
                condition=~Q(slack_handle=""),
                name="a Slack handle belongs to one person",
                violation_error_message="Another person has this Slack handle.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="a person has a name", violation_error_message="Write a name."
            ),
        ]
        indexes = [models.Index(fields=["name", "id"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("contacts:person", args=[self.pk])


class TitledRole(Tracked):
    """A title such as Security Lead, and the person who holds it, or nobody yet."""

    title = models.CharField(max_length=100, help_text="For example: Security Lead")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="titled_roles")
    is_primary_contact = models.BooleanField(
        "primary contact", default=True, help_text="Listed among the emergency contacts of the document."
    )
    position = models.PositiveIntegerField(default=0, help_text="Its place in the list of contacts.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("title"), name="a title stands once", violation_error_message="This title exists."
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Absence(Tracked):
    """Days on which a person is not to be called; both ends included."""

    named_by: ClassVar = ("person",)

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    first_on = models.DateField("first day")
    last_on = models.DateField("last day")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="an absence does not end before it begins",
                violation_error_message="The last day is before the first one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.first_on} to {self.last_on}"


class EscalationStep(Tracked):
    """One step of the escalation path: whom to call, and how long to wait before the next."""

    class Kind(models.TextChoices):
        """Whom a step means."""

        OWNER = "owner", "Primary owner"
        BACKUP_OWNER = "backup_owner", "Backup owner"
        TEAM_LEAD = "team_lead", "Team lead"
        TEAM = "team", "A team"
        TITLED_ROLE = "titled_role", "A titled role"

    named_by: ClassVar = ("team", "titled_role")

    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=Kind)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="escalation_steps")
    titled_role = models.ForeignKey(
        TitledRole, on_delete=models.PROTECT, null=True, blank=True, related_name="escalation_steps"
    )
    wait_minutes = models.PositiveIntegerField(
        default=15, help_text="Minutes to wait for an answer before the next step."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="team", team__isnull=False) | (~Q(kind="team") & Q(team__isnull=True)))
                & (
                    Q(kind="titled_role", titled_role__isnull=False)
                    | (~Q(kind="titled_role") & Q(titled_role__isnull=True))
                ),
                name="a step names what its kind says",
                violation_error_message="Choose the team for a step of kind team, the titled role for one of kind"
                " titled role, and neither for the others.",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """The step in words; reads the team or titled role it names."""
        if self.kind == self.Kind.TEAM and self.team is not None:
            return self.team.name
        if self.kind == self.Kind.TITLED_ROLE and self.titled_role is not None:
            return self.titled_role.title
        return str(self.get_kind_display())
