"""The admin of people: it tells what somebody owns when they leave, so it stands where secrets are known."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from audit.models import User
from audit.register_admin import RegisterAdmin, RegisterInline
from contacts.models import Absence, Person
from contacts.policies import may_edit_contacts, may_edit_person
from inventory.ownership import what_they_own

MOST_NAMED = 20


class AbsenceInline(RegisterInline):
    """When the person is away, edited with the person."""

    model = Absence
    fields = ("first_on", "last_on", "reason")


@admin.register(Person)
class PersonAdmin(RegisterAdmin):
    """People are deactivated, never removed: their secrets must not lose sight of who had them."""

    list_display = ("name", "team", "slack_handle", "phone", "email", "account", "is_active")
    list_filter = ("is_active", "team")
    search_fields = ("name", "slack_handle", "email")
    autocomplete_fields = ("team", "account")
    list_select_related = ("team", "account")
    ordering = ("name", "pk")
    inlines = (AbsenceInline,)
    fieldsets = (
        (None, {"fields": ("name", "team", "is_active", "account")}),
        (
            "How to reach them",
            {
                "fields": (
                    *("phone", "slack_handle", "slack_user_id", "email"),
                    *("told_by", "invitations", "time_zone", "holidays"),
                )
            },
        ),
    )

    def may_add(self, user: User) -> bool:
        return may_edit_contacts(user)

    def may_change(self, user: User, row: Person | None = None) -> bool:
        return may_edit_contacts(user) if row is None else may_edit_person(user, row)

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> Any:
        """Let people change how they are reached; who they are is for security."""
        fields = super().get_readonly_fields(request, obj)
        own = () if self.may_add(request.user) else ("name", "team", "is_active", "account")  # type: ignore[arg-type]
        return [*fields, *(name for name in own if name not in fields)]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Person], search_term: str) -> Any:
        """Offer those only, where somebody is chosen, who can still answer for something."""
        rows, duplicates = super().get_search_results(request, queryset, search_term)
        chosen = request.path.endswith("/autocomplete/")
        return (rows.filter(is_active=True) if chosen else rows), duplicates

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data and not obj.is_active:
            self._name_what_is_left(request, obj)
            self._name_open_account(request, obj)

    def _name_what_is_left(self, request: HttpRequest, person: Person) -> None:
        secrets = what_they_own(person)
        if not secrets:
            return
        links = ((secret.get_absolute_url(), secret) for secret in secrets[:MOST_NAMED])
        named = format_html_join(", ", '<a href="{}">{}</a>', links)
        others = f" and {len(secrets) - MOST_NAMED} others" if len(secrets) > MOST_NAMED else ""
        words = "{} still owns {}{}. Each is shown as needing an owner until somebody takes it over."
        messages.warning(request, format_html(words, person, named, others))

    def _name_open_account(self, request: HttpRequest, person: Person) -> None:
        account = person.account
        if account is not None and account.is_active:
            link = format_html('<a href="{}">{}</a>', reverse("admin:audit_user_change", args=[account.pk]), account)
            messages.warning(request, format_html("Their account, {}, can still sign in. Deactivate it too.", link))
