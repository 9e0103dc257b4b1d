"""The entries of the register: secrets and what breaks without them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, Concat, Greatest
from django.urls import reverse

from audit.tracked import Tracked
from contacts.models import Person, Team
from inventory import policy
from inventory.models.catalogue import Environment, SecretType, Service
from inventory.policy import Standing
from inventory.querysets import SCHEDULING, SecretQuerySet
from inventory.validators import ADDRESS, CODE, INTERVAL

# Where those stand that no due date puts in order: compromised, without a date, retired.
FIRST, SECOND, LAST = date.min, date.min + timedelta(days=1), date.max


class Secret(Tracked):
    """An entry about one credential: facts about it, never its value."""

    class Status(models.TextChoices):
        """The life of a secret."""

        ACTIVE = "active", "Active"
        DEPRECATED = "deprecated", "Deprecated"
        COMPROMISED = "compromised", "Compromised"
        RETIRED = "retired", "Retired"

    fixed_columns: ClassVar = frozenset({"environment_id", "service_id", "credential_type"})
    untracked_columns: ClassVar = frozenset({"urgent_on"})

    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, to_field="code", related_name="secrets")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, to_field="code", related_name="secrets")
    credential_type = models.CharField(max_length=100, validators=[CODE], help_text="For example: api_key")
    name = models.GeneratedField(
        expression=Concat(
            F("environment"),
            Value("/"),
            F("service"),
            Value("/"),
            F("credential_type"),
            output_field=models.CharField(max_length=210),
        ),
        output_field=models.CharField(max_length=210),
        db_persist=True,
    )
    type = models.ForeignKey(SecretType, on_delete=models.PROTECT, null=True, blank=True, related_name="secrets")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="secrets")
    backup_owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="backup_secrets"
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="secrets",
        help_text="Empty: the team that is responsible for the type.",
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    last_rotated_on = models.DateField("last rotation", null=True, blank=True)
    next_rotation_on = models.DateField("next rotation", null=True, blank=True)
    # What lists are ordered by: never empty, so that a page can begin after any row of an index.
    urgent_on = models.GeneratedField(
        expression=Case(
            When(status="compromised", then=Value(FIRST)),
            When(status="retired", then=Value(LAST)),
            When(next_rotation_on__isnull=True, then=Coalesce(F("waived_until"), Value(SECOND))),
            default=Greatest(F("next_rotation_on"), Coalesce(F("waived_until"), F("next_rotation_on"))),
            output_field=models.DateField(),
        ),
        output_field=models.DateField(),
        db_persist=True,
    )
    next_rotation_reason = models.CharField(
        "why this date",
        max_length=300,
        blank=True,
        help_text="Needed where the next rotation is not the last one plus the interval. Empty: it is calculated.",
    )
    rotation_interval_days = models.PositiveIntegerField(
        "own interval (days)", null=True, blank=True, validators=[INTERVAL], help_text="Empty: the type's interval."
    )
    interval_reason = models.CharField("why this interval", max_length=300, blank=True)
    waived_until = models.DateField(
        null=True, blank=True, help_text="Approved not to rotate until this day, the day included."
    )
    waived_reason = models.CharField("why waived", max_length=300, blank=True)
    purpose = models.TextField(blank=True, help_text="What it is for.")
    opens = models.TextField("what it opens", blank=True, help_text="What somebody who has the value can reach.")
    store_path = models.CharField(
        "kept at", max_length=300, blank=True, help_text="A path in the store, never the value itself."
    )
    provider_url = models.CharField("provider's console", max_length=500, blank=True, validators=ADDRESS)
    runbook_url = models.CharField(
        "runbook", max_length=500, blank=True, validators=ADDRESS, help_text="Empty: the type's runbook."
    )

    objects: ClassVar = SecretQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "service", "credential_type"],
                name="a name is one secret's",
                violation_error_message="A secret of this name exists.",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(backup_owner__isnull=True) | ~Q(owner=F("backup_owner")),
                name="owner and backup owner are two people",
                violation_error_message="Owner and backup owner must be two different people.",
            ),
            models.CheckConstraint(
                condition=Q(rotation_interval_days__isnull=True) | Q(rotation_interval_days__gte=1),
                name="an interval is at least a day",
                violation_error_message="Rotation interval must be at least 1 day. Leave it empty to use the type's.",
            ),
            models.CheckConstraint(
                condition=Q(rotation_interval_days__isnull=True) | ~Q(interval_reason=""),
                name="an own interval has a reason",
                violation_error_message="Say why this secret has an interval of its own.",
            ),
            models.CheckConstraint(
                condition=Q(waived_until__isnull=True) | ~Q(waived_reason=""),
                name="a waiver has a reason",
                violation_error_message="Say why rotating is waived.",
            ),
        ]
        indexes = [
            models.Index(fields=["name"], name="secret_by_full_name"),
            models.Index(fields=["next_rotation_on", "id"], name="secret_by_next"),
            models.Index(fields=["environment", "urgent_on", "id"], name="secret_by_urgency"),
            models.Index(fields=["environment", "name", "id"], name="secret_by_name"),
            # All that is counted, so that counting reads no rows.
            models.Index(
                fields=["environment", "status", "next_rotation_on", "waived_until", "owner", "backup_owner"],
                name="secret_in_counts",
            ),
            models.Index(fields=["owner", "next_rotation_on", "id"], name="secret_by_owner"),
            models.Index(fields=["last_rotated_on", "id"], name="secret_by_last"),
        ]

    def __str__(self) -> str:
        return f"{self.environment_id}/{self.service_id}/{self.credential_type}"

    def get_absolute_url(self) -> str:
        return reverse("inventory:secret", args=[self.environment_id, self.service_id, self.credential_type])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row, its next rotation worked out from the other dates unless a reason says otherwise."""
        names = kwargs.get("update_fields")
        if names is None:
            self.derive_next_rotation()
        elif SCHEDULING.intersection(names):
            self.derive_next_rotation()
            kwargs["update_fields"] = {*names, "next_rotation_on"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse a waiver or a given date without its reason, at the field where it is missing."""
        errors = {}
        if self.rotation_interval_days is not None and not self.interval_reason:
            errors["interval_reason"] = "Say why this secret has an interval of its own."
        if self.waived_until is not None and not self.waived_reason:
            errors["waived_reason"] = "Say why rotating is waived."
        if self.owner_id is not None and self.owner_id == self.backup_owner_id:
            errors["backup_owner"] = "Owner and backup owner must be two different people."
        if not self.next_rotation_reason and self.next_rotation_on not in self._expected_next_rotations():
            errors["next_rotation_reason"] = "Say why the next rotation is not the last one plus the interval."
        if errors:
            raise ValidationError(errors)

    @property
    def interval_days(self) -> int | None:
        """Whole days between rotations, its own or its type's; None if neither is set. Reads the type."""
        if self.rotation_interval_days is not None:
            return self.rotation_interval_days
        return self.type.rotation_interval_days if self.type is not None else None

    @property
    def effective_team(self) -> Team | None:
        """Its own team, else its type's. Reads team and type."""
        if self.team_id is not None:
            return self.team
        return self.type.responsible_team if self.type is not None else None

    @property
    def effective_runbook_url(self) -> str:
        """Its own runbook, else its type's. Reads the type."""
        return self.runbook_url or (self.type.runbook_url if self.type is not None else "")

    @property
    def is_compromised(self) -> bool:
        """Whether somebody said that its value leaked."""
        return self.status == self.Status.COMPROMISED

    @property
    def is_retired(self) -> bool:
        """Whether it is no longer used, and so needs neither owner nor date."""
        return self.status == self.Status.RETIRED

    @property
    def needs_owner(self) -> bool:
        """Whether nobody answers for it: no owner, or one who has left. Reads the owner."""
        return not self.is_retired and (self.owner is None or not self.owner.is_active)

    def standing(self, today: date) -> Standing | None:
        """Return the standing on `today`, None for a retired secret."""
        if self.is_retired:
            return None
        return policy.standing(
            next_rotation_on=self.next_rotation_on,
            today=today,
            compromised=self.is_compromised,
            waived_until=self.waived_until,
        )

    def _expected_next_rotations(self) -> set[date | None]:
        """Return the dates that need no reason: the one worked out, the one that stands already, and none."""
        stored = type(self).objects.filter(pk=self.pk).values_list("next_rotation_on", flat=True).first()
        worked_out = policy.next_rotation_on(last_rotated_on=self.last_rotated_on, interval_days=self.interval_days)
        return {None, stored, worked_out}

    def derive_next_rotation(self) -> None:
        """Work out the next rotation, unless a reason says that it was given. The one place that sets it."""
        if not self.next_rotation_reason:
            self.next_rotation_on = policy.next_rotation_on(
                last_rotated_on=self.last_rotated_on, interval_days=self.interval_days
            )


class Consumer(Tracked):
    """What breaks when a secret's value is wrong."""

    secret = models.ForeignKey(Secret, on_delete=models.CASCADE, related_name="consumers")
    name = models.CharField(max_length=150, help_text="For example: checkout worker")
    note = models.CharField(max_length=300, blank=True, help_text="How it takes the new value; how to see that it did.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["secret", "name"],
                name="a consumer stands once",
                violation_error_message="This consumer is listed already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
