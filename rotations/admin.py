"""The admin of rotations, reminders and calendar feeds; recording a rotation has its own pages."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone

from audit.acts import current_act
from audit.forms import GuardedModelForm
from audit.models import User
from audit.policies import is_security
from audit.register_admin import RegisterAdmin, RegisterInline, ShownOnlyAdmin
from audit.register_form import RegisterForm
from rotations.completion import OVER
from rotations.drafting import add_checklist
from rotations.feed_acts import revoke_feed
from rotations.marks import MARKS
from rotations.models import (
    Agenda,
    AgendaLine,
    CalendarFeed,
    CalendarVersion,
    ReminderOffset,
    Rotation,
    RotationItem,
)
from rotations.models.rotation import SET_ASIDE
from rotations.policies import may_edit_rotation, may_plan, may_set_reminders
from rotations.reminder_admin import ReminderRungAdmin
from rotations.step_admin import TaskInline

Outcome = RotationItem.Outcome
# Outcomes that moved a date: recording and undoing set them, nothing else.
RECORDED = (Outcome.ROTATED, Outcome.UNDONE)


class ItemForm(GuardedModelForm):
    """One secret of a rotation: what was recorded stays, and is not recorded here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["secret"].disabled = self.instance.pk is not None
        outcome = self.fields["outcome"]
        outcome.disabled = self.is_recorded
        if not self.is_recorded and isinstance(outcome, forms.ChoiceField):
            outcome.choices = [choice for choice in Outcome.choices if choice[0] not in RECORDED]

    @property
    def is_recorded(self) -> bool:
        """Whether a date of the secret moved with this item."""
        item = cast(RotationItem, self.instance)
        return item.outcome in RECORDED


class ItemFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The secrets of a rotation."""

    def clean(self) -> None:
        super().clean()
        if any(getattr(form, "is_recorded", False) for form in self.deleted_forms):
            raise ValidationError("What was recorded stays. Undo it on the rotation's page.", code="recorded")


class ItemInline(RegisterInline):
    """The secrets of a rotation, edited with it."""

    model = RotationItem
    form = ItemForm
    formset = ItemFormSet
    fields = ("secret", "outcome", "rotated_on", "verified_on", "old_revoked_on", "evidence", "note")
    readonly_fields = ("rotated_on",)
    autocomplete_fields = ("secret",)
    verbose_name = "secret"
    verbose_name_plural = "secrets of this rotation"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RotationItem]:
        return super().get_queryset(request).select_related("secret").order_by("secret__name", "pk")

    def has_add_permission(self, request: HttpRequest, obj: Rotation | None = None) -> bool:
        return super().has_add_permission(request, obj) and (obj is None or obj.is_open)


class RotationForm(RegisterForm):
    """A rotation: how it ends is said on its page, where its secrets and old values are looked at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state = self.fields.get("state")
        if state is None or not isinstance(state, forms.ChoiceField):
            return
        row = cast(Rotation, self.instance)
        state.disabled = not row.is_open
        state.help_text = "Completed and cancelled on the rotation's page."
        if row.is_open:
            state.choices = [choice for choice in Rotation.State.choices if choice[0] not in OVER]


@admin.register(Rotation)
class RotationAdmin(RegisterAdmin):
    """Rotations are cancelled, never removed: calendars must be told."""

    list_display = ("__str__", "kind", "state", "planned_on", "completed_on", "owner", "secrets_in_words")
    list_filter = ("state", "kind", "environment")
    search_fields = ("title", "reason", "notes", "secrets_in_words", "owner__name", "environment__name")
    autocomplete_fields = ("environment", "owner")
    list_select_related = ("environment", "owner")
    ordering = ("-planned_on", "-pk")
    form = RotationForm
    inlines = (ItemInline, TaskInline)
    readonly_fields = ("completed_on",)
    fieldsets = (
        (None, {"fields": ("title", "kind", "cause", "state", "environment", "owner", "reason", "notes")}),
        ("When", {"fields": (("planned_on", "completed_on"), "old_alive_reason")}),
        (
            "In the document",
            {"fields": ("secrets_in_words", "document_table", "document_status", "document_position")},
        ),
    )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Say who set a mark or a secret aside, as the page of the rotation does."""
        for row in formset.forms if formset.model is RotationItem else ():
            _sign(row.instance, set(row.changed_data), cast(User, request.user))
        super().save_formset(request, form, formset, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Give a new rotation the steps that one planned on the pages has."""
        super().save_related(request, form, formsets, change)
        if not change and not form.instance.tasks.exists():
            add_checklist(form.instance, types=form.instance.items.values_list("secret__type", flat=True))

    def may_add(self, user: User) -> bool:
        return may_plan(user)

    def may_change(self, user: User, row: Rotation | None = None) -> bool:
        return may_plan(user) if row is None else may_edit_rotation(user, row)


def _sign(item: RotationItem, changed: set[str], user: User) -> None:
    for day, who in MARKS.values():
        if day in changed:
            setattr(item, who, user if getattr(item, day) is not None else None)
    if "outcome" in changed:
        aside = item.outcome in SET_ASIDE
        item.recorded_by, item.recorded_at = (user, current_act().now()) if aside else (None, None)


@admin.register(RotationItem)
class RotationItemAdmin(RegisterAdmin):
    """What was done to each secret; edited with its rotation."""

    list_display = ("secret", "rotation", "outcome", "rotated_on", "recorded_by")
    list_filter = ("outcome",)
    search_fields = ("secret__name", "note", "evidence")
    list_select_related = ("secret", "rotation__environment", "recorded_by")
    ordering = ("-rotated_on", "-pk")
    fieldsets = (
        (None, {"fields": ("rotation", "secret", "outcome", "rotated_on", "recorded_by", "recorded_at")}),
        ("Proof", {"fields": ("verified_on", "old_revoked_on", "evidence", "note")}),
    )


@admin.register(ReminderOffset)
class ReminderOffsetAdmin(RegisterAdmin):
    """How many days before or after a rotation calendars remind of it."""

    removable = True
    list_display = ("label", "kind", "days_before", "words", "position")
    list_filter = ("kind",)
    search_fields = ("label", "words")
    ordering = ("position", "pk")
    fieldsets = ((None, {"fields": ("label", "kind", "days_before", "words", "position")}),)

    def may_add(self, user: User) -> bool:
        return may_set_reminders(user)


@admin.register(CalendarFeed)
class CalendarFeedAdmin(RegisterAdmin):
    """Feeds are made on the calendar page and only revoked here; their keys are nowhere to be seen."""

    list_display = ("__str__", "account", "created_at", "expires_on", "last_used_at", "revoked_at")
    list_filter = ("scope",)
    search_fields = ("account__username", "account__first_name", "account__last_name")
    list_select_related = ("account", "person", "team", "environment", "type")
    ordering = ("-pk",)
    actions = ("revoke",)
    fieldsets = (
        (None, {"fields": ("account", "scope", "person", "team", "environment", "type")}),
        ("What it holds", {"fields": ("with_reminders", "with_clean_ups", "with_expected", "with_alarms")}),
        ("Use", {"fields": ("created_at", "expires_on", "last_used_at", "revoked_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarFeed]:
        """Show security everybody's: it revokes those of people who left."""
        everybodys = CalendarFeed.objects.all()
        return everybodys if is_security(request.user) else everybodys.visible_to(request.user)  # type: ignore[arg-type]

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, queryset: QuerySet[CalendarFeed]) -> None:
        user: Any = request.user
        feeds = list(queryset.filter(revoked_at__isnull=True))
        for feed in feeds:
            revoke_feed(feed=feed, by=user, now=timezone.now())
        self.message_user(request, f"{len(feeds)} revoked.", messages.SUCCESS)


class LineInline(admin.TabularInline):  # type: ignore[type-arg]
    """The secrets of an agenda."""

    model = AgendaLine
    fields = ("secret",)
    can_delete = False
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Agenda)
class AgendaAdmin(ShownOnlyAdmin):
    """What falls due on a day outside a planned rotation; follows from the secrets."""

    list_display = ("__str__", "environment", "on", "sequence")
    list_filter = ("environment",)
    list_select_related = ("environment",)
    ordering = ("-on", "-pk")
    inlines = (LineInline,)
    fieldsets = ((None, {"fields": ("environment", "on", "sequence", "updated_at")}),)


@admin.register(AgendaLine)
class AgendaLineAdmin(ShownOnlyAdmin):
    """One secret on an agenda."""

    list_display = ("secret", "agenda")
    search_fields = ("secret__name",)
    list_select_related = ("secret", "agenda")
    ordering = ("-agenda__on", "pk")
    fieldsets = ((None, {"fields": ("agenda", "secret")}),)


@admin.register(CalendarVersion)
class CalendarVersionAdmin(ShownOnlyAdmin):
    """The number that changes with everything calendars show."""

    list_display = ("__str__", "number")
    ordering = ("pk",)
    fieldsets = ((None, {"fields": ("number",)}),)


__all__ = ["ReminderRungAdmin"]
