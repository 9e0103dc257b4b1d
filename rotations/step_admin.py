"""The admin of checklists, of single rotations and of new ones, and of the days on which nothing is rotated."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from audit.models import User
from audit.register_admin import RegisterAdmin, RegisterInline
from rotations.models import ChecklistStep, FreezePeriod, Rotation, RotationNote, RotationTask
from rotations.policies import may_set_checklists, may_set_freezes


class TaskInline(RegisterInline):
    """The checklist of a rotation, edited with it; tasks are ticked on its page."""

    model = RotationTask
    fields = ("kind", "words", "due_on", "position", "done_by", "done_at")
    readonly_fields = ("done_by", "done_at")
    verbose_name = "task"
    verbose_name_plural = "checklist of this rotation"

    def has_add_permission(self, request: HttpRequest, obj: Rotation | None = None) -> bool:
        return super().has_add_permission(request, obj) and (obj is None or obj.is_open)

    def has_delete_permission(self, request: HttpRequest, obj: Rotation | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_open)


@admin.register(ChecklistStep)
class ChecklistStepAdmin(RegisterAdmin):
    """The steps that a new rotation begins with; those of rotations that exist stay as they are."""

    removable = True
    list_display = ("words", "type", "kind", "position")
    list_filter = ("type",)
    search_fields = ("words",)
    autocomplete_fields = ("type",)
    list_select_related = ("type",)
    ordering = ("type__position", "position", "pk")
    fieldsets = ((None, {"fields": ("type", "kind", "words", "position")}),)

    def may_add(self, user: User) -> bool:
        return may_set_checklists(user)


@admin.register(FreezePeriod)
class FreezePeriodAdmin(RegisterAdmin):
    """Days on which nothing is planned; rotations that are planned already stay."""

    removable = True
    list_display = ("__str__", "first_on", "last_on", "reason")
    list_filter = ("environment",)
    search_fields = ("reason",)
    autocomplete_fields = ("environment",)
    list_select_related = ("environment",)
    ordering = ("-last_on", "pk")
    fieldsets = ((None, {"fields": ("environment", ("first_on", "last_on"), "reason")}),)

    def may_add(self, user: User) -> bool:
        return may_set_freezes(user)


@admin.register(RotationTask)
class RotationTaskAdmin(RegisterAdmin):
    """Steps and clean-ups of rotations; edited with their rotation."""

    list_display = ("words", "kind", "rotation", "due_on", "done_by")
    list_filter = ("kind",)
    search_fields = ("words", "rotation__title")
    list_select_related = ("rotation__environment", "done_by")
    ordering = ("-due_on", "-pk")
    fieldsets = ((None, {"fields": ("rotation", "kind", "words", "due_on", "done_by", "done_at")}),)


@admin.register(RotationNote)
class RotationNoteAdmin(RegisterAdmin):
    """What people wrote to each other in rotations."""

    list_display = ("text", "rotation", "by", "at")
    search_fields = ("text", "rotation__title")
    list_select_related = ("rotation__environment", "by")
    ordering = ("-pk",)
    fieldsets = ((None, {"fields": ("rotation", "text", "by", "at")}),)
