"""The admin of teams, titles, absences and the escalation path; that of people stands where secrets are known."""

from __future__ import annotations

from django.contrib import admin

from audit.models import User
from audit.register_admin import RegisterAdmin
from contacts.models import Absence, EscalationStep, Team, TitledRole
from contacts.policies import may_edit_contacts


class ContactsAdmin(RegisterAdmin):
    """What security keeps about people."""

    removable = True

    def may_add(self, user: User) -> bool:
        return may_edit_contacts(user)


@admin.register(Team)
class TeamAdmin(ContactsAdmin):
    """Teams; their members are set on people, their types on types."""

    list_display = ("name", "lead")
    search_fields = ("name",)
    autocomplete_fields = ("lead",)
    list_select_related = ("lead",)
    ordering = ("name", "pk")
    fieldsets = ((None, {"fields": ("name", "lead")}),)


@admin.register(TitledRole)
class TitledRoleAdmin(ContactsAdmin):
    """Titles and who holds them."""

    list_display = ("title", "person", "is_primary_contact", "position")
    list_filter = ("is_primary_contact",)
    search_fields = ("title", "person__name")
    autocomplete_fields = ("person",)
    list_select_related = ("person",)
    ordering = ("position", "title", "pk")
    fieldsets = ((None, {"fields": ("title", "person", "is_primary_contact", "position")}),)


@admin.register(Absence)
class AbsenceAdmin(ContactsAdmin):
    """When people are not to be called."""

    list_display = ("person", "first_on", "last_on", "reason")
    search_fields = ("person__name", "reason")
    autocomplete_fields = ("person",)
    list_select_related = ("person",)
    ordering = ("-last_on", "pk")
    fieldsets = ((None, {"fields": ("person", ("first_on", "last_on"), "reason")}),)


@admin.register(EscalationStep)
class EscalationStepAdmin(ContactsAdmin):
    """The order in which people are called."""

    list_display = ("position", "words", "kind", "wait_minutes")
    list_display_links = ("words",)
    list_filter = ("kind",)
    search_fields = ("team__name", "titled_role__title")
    autocomplete_fields = ("team", "titled_role")
    list_select_related = ("team", "titled_role")
    ordering = ("position", "pk")
    fieldsets = ((None, {"fields": ("position", "kind", "team", "titled_role", "wait_minutes")}),)
