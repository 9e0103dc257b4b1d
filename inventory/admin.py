"""The admin of secrets and of the codes and types they are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from audit.models import User
from audit.register_admin import RegisterAdmin, RegisterInline
from inventory.models import Consumer, Dependency, Environment, Secret, SecretType, Service, TeamAssignment
from inventory.people_admin import PersonAdmin
from inventory.policies import may_add, may_administer_inventory, may_edit
from inventory.policy import Standing
from inventory.secret_form import SecretForm
from inventory.type_form import SecretTypeForm

MOST_AT_ONCE = 500


class StandingFilter(admin.SimpleListFilter):
    """How secrets stand today."""

    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [(standing.value, standing.value.replace("_", " ").capitalize()) for standing in Standing]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Secret] | None:
        wanted = self.value()
        return queryset.with_standing(wanted, timezone.localdate()) if wanted else None


class GapFilter(admin.SimpleListFilter):
    """What nobody answers for, or nobody would take over."""

    title = "gap"
    parameter_name = "gap"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [("owner", "No owner"), ("backup_owner", "No backup owner")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Secret] | None:
        gaps = {"owner": "without_owner", "backup_owner": "without_backup_owner"}
        wanted = gaps.get(self.value() or "")
        return getattr(queryset, wanted)() if wanted else None


class ConsumerInline(RegisterInline):
    """What a secret's value is used by, edited with the secret."""

    model = Consumer
    fields = ("name", "note")
    verbose_name_plural = "consumers: what breaks when the value is wrong"


class DependencyInline(RegisterInline):
    """What a secret is rotated after, edited with the secret."""

    model = Dependency
    fk_name = "secret"
    fields = ("depends_on", "reason")
    autocomplete_fields = ("depends_on",)
    verbose_name_plural = "dependencies: what is rotated before it"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dependency]:
        return super().get_queryset(request).select_related("depends_on").order_by("depends_on__name", "pk")


@admin.register(Secret)
class SecretAdmin(RegisterAdmin):
    """Secrets are retired, never removed; the last rotation moves by recording one."""

    form = SecretForm
    list_display = (
        "name",
        "standing_today",
        "next_rotation_on",
        "owner",
        "backup_owner",
        "status",
    )
    list_filter = (
        "environment",
        StandingFilter,
        GapFilter,
        "status",
        "type",
        "service",
        "team",
    )
    search_fields = ("name", "owner__name", "backup_owner__name", "team__name", "service__name")
    autocomplete_fields = ("environment", "service", "type", "owner", "backup_owner", "team")
    list_select_related = ("owner", "backup_owner")
    ordering = ("urgent_on", "pk")
    readonly_fields = ("last_rotated_on",)
    actions = ("record_rotation", "change_owner")
    inlines = (ConsumerInline, DependencyInline)
    fieldsets = (
        ("Name", {"fields": (("environment", "service", "credential_type"), "type", "status")}),
        ("Who answers for it", {"fields": (("owner", "backup_owner"), "team")}),
        (
            "Rotation",
            {
                "description": "The last rotation moves when one is recorded, the next one follows from it.",
                "fields": (
                    "last_rotated_on",
                    ("next_rotation_on", "next_rotation_reason"),
                    ("rotation_interval_days", "interval_reason"),
                    ("waived_until", "waived_reason"),
                ),
            },
        ),
        (
            "What it is and where it is kept",
            {
                "description": "Never the value itself.",
                "fields": ("purpose", "opens", "store_path", "provider_url", "runbook_url"),
            },
        ),
    )

    def may_add(self, user: User) -> bool:
        return may_add(user)

    def may_change(self, user: User, row: Secret | None = None) -> bool:
        return may_add(user) if row is None else may_edit(user, row)

    @admin.display(description="standing")
    def standing_today(self, secret: Secret) -> str:
        standing = secret.standing(timezone.localdate())
        return standing.value.replace("_", " ").capitalize() if standing is not None else "Not needed"

    @admin.action(description="Record rotation")
    def record_rotation(self, request: HttpRequest, queryset: QuerySet[Secret]) -> HttpResponse:
        return self._page_for("rotations:record", request, queryset)

    @admin.action(description="Change owner")
    def change_owner(self, request: HttpRequest, queryset: QuerySet[Secret]) -> HttpResponse:
        return self._page_for("inventory:change_owner", request, queryset)

    def _page_for(self, page: str, request: HttpRequest, queryset: QuerySet[Secret]) -> HttpResponse:
        """Send the ticked secrets to the page that shows what would change, and asks the policies."""
        keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(keys) > MOST_AT_ONCE:
            self.message_user(request, f"Tick {MOST_AT_ONCE} secrets at most.", level="WARNING")
            return redirect(request.get_full_path())
        return redirect(f"{reverse(page)}?{urlencode({'ids': keys}, doseq=True)}")


class CatalogueAdmin(RegisterAdmin):
    """What security keeps so that secrets can be named."""

    removable = True

    def may_add(self, user: User) -> bool:
        return may_administer_inventory(user)


@admin.register(Environment)
class EnvironmentAdmin(CatalogueAdmin):
    """The first part of names."""

    list_display = ("name", "code", "position")
    search_fields = ("name", "code")
    ordering = ("position", "code")
    fieldsets = ((None, {"fields": ("code", "name", "position")}),)


@admin.register(Service)
class ServiceAdmin(CatalogueAdmin):
    """The second part of names."""

    list_display = ("code", "name", "position")
    search_fields = ("name", "code")
    ordering = ("position", "code")
    fieldsets = ((None, {"fields": ("code", "name", "position")}),)


@admin.register(SecretType)
class SecretTypeAdmin(CatalogueAdmin):
    """Kinds of secrets, with their intervals."""

    form = SecretTypeForm
    hidden_fields = ("seen_effect",)
    list_display = ("name", "rotation_interval_days", "responsible_team", "responsible_party", "provider")
    search_fields = ("name", "short_name", "other_names")
    autocomplete_fields = ("responsible_team",)
    list_select_related = ("responsible_team",)
    ordering = ("position", "name", "pk")
    fieldsets = (
        (None, {"fields": ("name", "short_name", "other_names", "position")}),
        (
            "Rotation",
            {
                "description": "Another interval moves the next rotations of its secrets; you see first of how many.",
                "fields": ("rotation_interval_days", "interval_reason"),
            },
        ),
        ("Who and what", {"fields": ("responsible_team", "responsible_party", "provider", "format", "runbook_url")}),
    )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.today = timezone.localdate()
        return form


@admin.register(TeamAssignment)
class TeamAssignmentAdmin(CatalogueAdmin):
    """Lines of the document's team assignments that are not those of a type."""

    list_display = ("words", "secret_type", "team", "position")
    search_fields = ("words",)
    autocomplete_fields = ("secret_type", "team")
    list_select_related = ("secret_type", "team")
    ordering = ("position", "words", "pk")
    fieldsets = ((None, {"fields": ("words", "secret_type", "team", "position")}),)


@admin.register(Consumer)
class ConsumerAdmin(RegisterAdmin):
    """What uses which secret; edited with the secret."""

    list_display = ("name", "secret", "note")
    search_fields = ("name", "secret__name")
    list_select_related = ("secret",)
    ordering = ("name", "pk")
    fieldsets = ((None, {"fields": ("secret", "name", "note")}),)


@admin.register(Dependency)
class DependencyAdmin(RegisterAdmin):
    """Which secret is rotated after which; edited with the secret."""

    list_display = ("secret", "depends_on", "reason")
    search_fields = ("secret__name", "depends_on__name")
    list_select_related = ("secret", "depends_on")
    ordering = ("secret__name", "depends_on__name", "pk")
    fieldsets = ((None, {"fields": ("secret", "depends_on", "reason")}),)


__all__ = ["PersonAdmin"]
