"""The admin of accounts and of the change log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.template.defaultfilters import pluralize
from django.utils import timezone

from audit.account_forms import AccountAddForm, AccountForm, NewPasswordForm, RolesFormSet
from audit.models import ChangeAnswer, ChangeReview, ChangeRow, ChangeSet, LedgerEntry, Redaction, RoleGrant, User
from audit.policies import may_administer_accounts
from audit.register_admin import RegisterAdmin, RegisterInline, ShownOnlyAdmin
from audit.security_log import log_ended_sessions, log_new_password
from audit.sessions import end_sessions

if TYPE_CHECKING:
    AccountBase = UserAdmin[User]
else:
    AccountBase = UserAdmin

# Removing many at once would ask for no reason, and little in here is ever removed.
admin.site.disable_action("delete_selected")
admin.site.enable_nav_sidebar = True
# Django's own groups allow nothing here: roles do.
admin.site.unregister(Group)
NEW_PASSWORD = "auth_user_password_change"  # noqa: S105  (the name of a page)


class RoleInline(RegisterInline):
    """The roles of an account, edited with it."""

    model = RoleGrant
    formset = RolesFormSet
    fields = ("role",)
    verbose_name = "role"
    verbose_name_plural = "roles: what this account may do"


@admin.register(User)
class AccountAdmin(RegisterAdmin, AccountBase):
    """Accounts are deactivated, never removed: their changes keep their author."""

    form = AccountForm
    add_form: Any = AccountAddForm
    change_password_form: Any = NewPasswordForm
    change_form_template = "admin/account_change_form.html"
    list_display = ("username", "name", "email", "roles_in_words", "is_active", "last_login")
    list_filter = ("is_active", "grants__role", "is_superuser")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username", "pk")
    actions = ("end_all_sessions",)
    filter_horizontal = ()
    list_select_related = False
    readonly_fields = ("last_login", "date_joined", "sessions_ended_at")
    inlines = (RoleInline,)
    fieldsets = (
        (None, {"fields": ("username", ("first_name", "last_name"), "email")}),
        ("Access", {"fields": ("is_active", "is_superuser", "last_login", "date_joined", "sessions_ended_at")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username",
                    "first_name",
                    "last_name",
                    "email",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def may_add(self, user: User) -> bool:
        return may_administer_accounts(user)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("grants")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Let superusers alone make superusers."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, "is_superuser")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """End the sessions of whoever is deactivated, so that they do not go on when the account comes back."""
        if "is_active" in form.changed_data and not obj.is_active:
            obj.sessions_ended_at = timezone.now()
        super().save_model(request, obj, form, change)

    @admin.action(description="End all sessions", permissions=["change"])
    def end_all_sessions(self, request: HttpRequest, queryset: Any) -> None:
        accounts = list(queryset)
        count = end_sessions(queryset, at=timezone.now())
        log_ended_sessions(request, accounts)
        self.message_user(request, f"The sessions of {count} account{pluralize(count)} ended.", messages.SUCCESS)

    def log_change(self, request: HttpRequest, obj: Any, message: object) -> Any:
        """Tell the security log of a new password; of everything else the change log tells more."""
        if request.resolver_match is not None and request.resolver_match.url_name == NEW_PASSWORD:
            log_new_password(request, obj)

    @admin.display(description="roles")
    def roles_in_words(self, account: User) -> str:
        return ", ".join(sorted(grant.get_role_display() for grant in account.grants.all())) or "None"


@admin.register(RoleGrant)
class RoleGrantAdmin(RegisterAdmin):
    """Who may do what, at a glance; roles are given on the account."""

    list_display = ("user", "role")
    list_filter = ("role",)
    search_fields = ("user__username", "user__first_name", "user__last_name")
    list_select_related = ("user",)
    ordering = ("user__username", "role", "pk")
    fieldsets = ((None, {"fields": ("user", "role")}),)


@admin.register(ChangeSet)
class ChangeSetAdmin(ShownOnlyAdmin):
    """The change log, which nobody edits; its page says more."""

    list_display = ("__str__", "at", "actor_name", "source", "reason")
    list_filter = ("source",)
    search_fields = ("actor_name", "reason")
    ordering = ("-pk",)
    fieldsets = ((None, {"fields": ("at", "actor", "actor_name", "source", "reason")}),)


@admin.register(ChangeRow)
class ChangeRowAdmin(ShownOnlyAdmin):
    """One changed row of an entry."""

    list_display = ("object_text", "model", "change_type", "change_set")
    list_filter = ("change_type",)
    search_fields = ("object_text",)
    list_select_related = ("change_set",)
    ordering = ("-pk",)
    fieldsets = ((None, {"fields": ("change_set", "model", "object_id", "object_text", "change_type", "fields")}),)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ShownOnlyAdmin):
    """The chain of seals; `verify_audit_trail` reads it."""

    list_display = ("seq", "at", "table_name", "row_key", "key_id")
    search_fields = ("=table_name",)
    ordering = ("-seq",)
    fieldsets = ((None, {"fields": ("seq", "at", "table_name", "row_key", "layout", "key_id")}),)


@admin.register(Redaction)
class RedactionAdmin(ShownOnlyAdmin):
    """What was taken out of history, by whom."""

    list_display = ("__str__", "change_set", "second_name")
    list_select_related = ("change_set",)
    ordering = ("-pk",)
    fieldsets = ((None, {"fields": ("change_set", "second", "table_name", "row_key", "column_name")}),)


@admin.register(ChangeReview)
class ChangeReviewAdmin(ShownOnlyAdmin):
    """Who reviewed which entry, or objected to it."""

    list_display = ("change_set", "author_name", "verdict", "reviewer_name", "at")
    list_filter = ("verdict",)
    search_fields = ("author_name", "reviewer_name", "comment")
    list_select_related = ("change_set",)
    ordering = ("-pk",)
    fieldsets = ((None, {"fields": ("change_set", "author_name", "verdict", "reviewer_name", "at", "comment")}),)


@admin.register(ChangeAnswer)
class ChangeAnswerAdmin(ShownOnlyAdmin):
    """What was done about an objection."""

    list_display = ("change_set", "author_name", "at", "taken_back_by")
    search_fields = ("author_name", "comment")
    list_select_related = ("change_set", "taken_back_by")
    ordering = ("-pk",)
    fieldsets = ((None, {"fields": ("change_set", "objection", "author_name", "at", "comment", "taken_back_by")}),)
