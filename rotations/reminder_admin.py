"""The admin of reminders: the ladder that security sets, and what the register told whom."""

from __future__ import annotations

from django.contrib import admin

from audit.models import User
from audit.register_admin import RegisterAdmin, ShownOnlyAdmin
from rotations.models import (
    Acknowledgement,
    Invitation,
    Reminder,
    ReminderGap,
    ReminderMessage,
    ReminderRun,
    ReminderRung,
)
from rotations.policies import may_set_reminders


@admin.register(ReminderRung)
class ReminderRungAdmin(RegisterAdmin):
    """When people are told by message, and how many of the escalation path."""

    removable = True
    list_display = ("label", "clock", "days", "steps", "repeat_days", "type", "environment")
    list_filter = ("clock", "environment")
    search_fields = ("label", "type__name")
    autocomplete_fields = ("type", "environment")
    list_select_related = ("type", "environment")
    ordering = ("clock", "type__name", "environment_id", "days", "pk")
    fieldsets = (
        (None, {"fields": ("clock", "days", "label", "steps", "repeat_days")}),
        ("For", {"fields": ("type", "environment")}),
    )

    def may_add(self, user: User) -> bool:
        return may_set_reminders(user)


@admin.register(Acknowledgement)
class AcknowledgementAdmin(RegisterAdmin):
    """Who wants no messages of what for a while; made in the message or on the page of reminders."""

    list_display = ("person", "secret", "task", "due_on", "until_on", "by")
    search_fields = ("person__name", "secret__name")
    list_select_related = ("person", "secret", "task", "by")
    ordering = ("-until_on", "-pk")
    fieldsets = ((None, {"fields": ("person", "secret", "task", "due_on", "until_on", "by")}),)


@admin.register(ReminderMessage)
class ReminderMessageAdmin(ShownOnlyAdmin):
    """The messages that were sent, are waiting or could not be delivered."""

    list_display = ("person", "channel", "on", "state", "count", "attempts", "error")
    list_filter = ("state", "channel")
    search_fields = ("person__name",)
    list_select_related = ("person",)
    ordering = ("-on", "-pk")
    fieldsets = (
        (None, {"fields": ("person", "channel", "on", "state", "address", "count", "error")}),
        ("When", {"fields": ("made_at", "claimed_at", "sent_at", "next_attempt_at", "attempts", "maybe_again")}),
    )


@admin.register(Reminder)
class ReminderAdmin(ShownOnlyAdmin):
    """What each message told of."""

    list_display = ("person", "channel", "clock", "secret", "task", "due_on", "days")
    list_filter = ("clock", "channel")
    search_fields = ("person__name", "secret__name")
    list_select_related = ("person", "secret", "task")
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("person", "channel", "message", "reason")}),
        ("Of what", {"fields": ("clock", "secret", "task", "due_on", "days")}),
    )


@admin.register(ReminderGap)
class ReminderGapAdmin(ShownOnlyAdmin):
    """Since when secrets have no date or no owner."""

    list_display = ("secret", "clock", "since")
    list_filter = ("clock",)
    search_fields = ("secret__name",)
    list_select_related = ("secret",)
    ordering = ("-since", "-pk")
    fieldsets = ((None, {"fields": ("secret", "clock", "since")}),)


@admin.register(ReminderRun)
class ReminderRunAdmin(ShownOnlyAdmin):
    """The days on which reminders were gathered."""

    list_display = ("on", "last_at", "made", "nobody")
    ordering = ("-on",)
    fieldsets = ((None, {"fields": ("on", "last_at", "made", "nobody")}),)


@admin.register(Invitation)
class InvitationAdmin(ShownOnlyAdmin):
    """What calendars of people were told of rotations by e-mail."""

    list_display = ("person", "rotation", "state", "sequence", "on", "is_settled", "attempts", "error")
    list_filter = ("state", "is_settled")
    search_fields = ("person__name", "rotation__title")
    list_select_related = ("person", "rotation__environment")
    ordering = ("-made_at", "-pk")
    fieldsets = (
        (None, {"fields": ("person", "rotation", "state", "sequence", "on", "address", "is_settled", "error")}),
        ("When", {"fields": ("made_at", "claimed_at", "next_attempt_at", "attempts", "is_outage")}),
    )
