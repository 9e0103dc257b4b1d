"""The codes that names are made of, and the types of secrets."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from audit.tracked import Tracked
from contacts.models import Team
from inventory.validators import ADDRESS, CODE, INTERVAL


class Environment(Tracked):
    """A stage of the platform such as production; its code is the first part of secrets' names."""

    fixed_columns: ClassVar = frozenset({"code"})

    code = models.CharField(max_length=40, unique=True, validators=[CODE], help_text="For example: prod")
    name = models.CharField(max_length=100, help_text="For example: Production")
    position = models.PositiveIntegerField(default=0, help_text="Its place on pages and in the document.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="an environment's name is its own",
                violation_error_message="An environment of this name exists.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Service(Tracked):
    """What a credential opens; its code is the second part of secrets' names."""

    fixed_columns: ClassVar = frozenset({"code"})

    code = models.CharField(max_length=60, unique=True, validators=[CODE], help_text="For example: postgres")
    name = models.CharField(max_length=100, blank=True, help_text="For example: PostgreSQL database")
    position = models.PositiveIntegerField(default=0, help_text="Its place in the document's list of codes.")

    def __str__(self) -> str:
        return self.name or self.code


class SecretType(Tracked):
    """A kind of secret such as API keys: it sets the interval and says who is responsible."""

    name = models.CharField(max_length=100, help_text="For example: API Keys")
    short_name = models.CharField(
        max_length=100, blank=True, help_text="The word in the tables, for example: API Key. Empty: the name."
    )
    other_names = models.TextField(
        blank=True, help_text="Other words that documents use for this type, one in each line."
    )
    rotation_interval_days = models.PositiveIntegerField(
        "rotation interval (days)", null=True, blank=True, validators=[INTERVAL], help_text="Empty: no interval is set."
    )
    interval_reason = models.CharField(max_length=300, blank=True, help_text="Why this interval and no other.")
    responsible_party = models.CharField(max_length=200, blank=True, help_text="For example: service team lead")
    responsible_team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="types", help_text="Its secrets' team."
    )
    provider = models.CharField(max_length=300, blank=True, help_text="For example: AWS RDS, local PostgreSQL")
    format = models.CharField(max_length=300, blank=True, help_text="What a value looks like, in words.")
    runbook_url = models.CharField("runbook", max_length=500, blank=True, validators=ADDRESS)
    position = models.PositiveIntegerField(default=0, help_text="Its place in the document.")

    class Meta:
        verbose_name = "type"
        constraints = [
            models.UniqueConstraint(
                Lower("name"), name="a type's name is its own", violation_error_message="A type of this name exists."
            ),
            models.CheckConstraint(
                condition=Q(rotation_interval_days__isnull=True) | Q(rotation_interval_days__gte=1),
                name="a type's interval is at least a day",
                violation_error_message="Rotation interval must be at least 1 day. Leave it empty for none.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The word that stands in tables."""
        return self.short_name or self.name

    @property
    def names(self) -> list[str]:
        """Every word this type is known by."""
        return [name for name in (self.name, self.short_name, *self.other_names.splitlines()) if name.strip()]


class TeamAssignment(Tracked):
    """A line of the document's team assignments whose words are those of no type, or differ from the type's."""

    words = models.CharField(max_length=100, help_text="For example: Infrastructure")
    secret_type = models.OneToOneField(
        SecretType,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="assignment",
        verbose_name="type",
        help_text="The type these words mean; its responsible team is then the team.",
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("words"), name="an assignment stands once", violation_error_message="These words exist."
            ),
            models.CheckConstraint(
                condition=Q(secret_type__isnull=True) | Q(team__isnull=True),
                name="a type's team stands with the type",
                violation_error_message="Set the team at the type; leave it empty here.",
            ),
        ]

    def __str__(self) -> str:
        return self.words
