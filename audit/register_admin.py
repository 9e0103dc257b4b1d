"""What all pages of the admin share: policies decide, a reason is asked for, history is read only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.admin.widgets import AdminTextareaWidget, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet, TextField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from simple_history.admin import SimpleHistoryAdmin

from audit.acts import because, current_act
from audit.forms import GuardedForm, GuardedModelForm
from audit.middleware import SAFE
from audit.models import ChangeRow, ChangeSet, User
from audit.policies import is_security, may_see_register
from audit.register_form import Part, RegisterForm
from audit.validators import is_heuristic

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
    AnyInline = admin.TabularInline[Any, Any]
else:
    AnyAdmin, AnyInline = admin.ModelAdmin, admin.TabularInline

Row = Any  # the model is that of the subclass
WHY = ("Why", {"fields": ("change_reason", "seen_version")})
WHY_OF_SECURITY = ("Why", {"fields": (*WHY[1]["fields"], "is_no_value", "no_value_reason")})


class RemovalForm(GuardedForm):
    """Why something is removed."""

    change_reason = RegisterForm.base_fields["change_reason"]


class PoliciesAdmin(AnyAdmin):
    """Asks the policies, whatever Django's own permissions say. What nobody may change is shown only."""

    list_per_page = 50
    show_full_result_count = False
    formfield_overrides = {TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    removable = False

    def may_view(self, user: User, row: Row | None = None) -> bool:
        return may_see_register(user)

    def may_add(self, user: User) -> bool:
        return False

    def may_change(self, user: User, row: Row | None = None) -> bool:
        """Return whether `user` may change `row`; None asks whether there may be any such row."""
        return self.may_add(user)

    def has_view_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return self.may_view(_user(request), obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add(_user(request))

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return self.may_change(_user(request), obj)

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return self.removable and self.may_change(_user(request), obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.visible_to(_user(request)) if hasattr(rows, "visible_to") else rows

    def get_view_on_site_url(self, obj: Row | None = None) -> str | None:
        """Return the row's own page, without the detour through content types."""
        return obj.get_absolute_url() if obj is not None and hasattr(obj, "get_absolute_url") else None

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer no way to remove a row from the page of another one."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field

    def log_addition(self, request: HttpRequest, obj: Model, message: object) -> Any:
        """Write no second log: the change log tells more."""

    def log_change(self, request: HttpRequest, obj: Model, message: object) -> Any:
        """Write no second log: the change log tells more."""

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Write no second log: the change log tells more."""


class ShownOnlyAdmin(PoliciesAdmin):
    """Rows that the program keeps by itself: nobody edits them."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("audit:changes")


class RegisterAdmin(PoliciesAdmin, SimpleHistoryAdmin):
    """A tracked model: every change has a reason, and of two editors the second one is told of the first."""

    form = RegisterForm
    # Fields of the form that nobody sees: what its last answer told.
    hidden_fields: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Row | None = None) -> Any:
        """Show what is fixed once the row exists, and everything of a version of the past."""
        if _is_past(request):
            return flatten_fieldsets(self.get_fieldsets(request, obj))
        declared = super().get_readonly_fields(request, obj)
        fixed = [f.name for f in self.opts.concrete_fields if f.attname in self.model.fixed_columns] if obj else []
        return [*declared, *(name for name in fixed if name not in declared)]

    def get_fieldsets(self, request: HttpRequest, obj: Row | None = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if not may_write or _is_past(request):
            return fieldsets
        heading, why = WHY_OF_SECURITY if is_security(_user(request)) else WHY
        return [*fieldsets, (heading, {"fields": (*why["fields"], *self.hidden_fields)})]

    def get_form(self, request: HttpRequest, obj: Row | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.parts = self._parts(request, obj)
        form.user = request.user
        form.refusal = getattr(request, "refusal", None)
        return form

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what rules that are asked on writing refuse as errors of the form, with everything that was typed."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except ValidationError as error:
            if request.method in SAFE or hasattr(request, "refusal"):
                raise
            request.refusal = error  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Row | None:
        """Return the row, locked where it is about to be written: only then can two editors be told apart."""
        if request.method not in SAFE:
            locked = self.get_queryset(request).select_for_update(of=("self",)).order_by()
            list(locked.filter(pk=unquote(object_id)).values_list("pk") if unquote(object_id).isdigit() else [])
        return super().get_object(request, object_id, from_field)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask security whether a text below the form is a value, as the form does for its own."""
        formsets = [inline.formset for inline in context["inline_admin_formsets"] if inline.formset.is_bound]
        below = [form.errors.as_data() for formset in formsets for form in formset.forms]
        if any(is_heuristic(error) for data in below for errors in data.values() for error in errors):
            context["adminform"].form.ask_whether_it_is_a_value()
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Row, form: Any, change: bool) -> None:
        because(form.cleaned_data.get("change_reason") or f"{'Changed' if change else 'Added'} in the admin")
        super().save_model(request, obj, form, change)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Ask for the reason on the page that asks whether removing is meant."""
        form = RemovalForm(request.POST if request.method not in SAFE else None)
        if request.method not in SAFE and not form.is_valid():
            messages.error(request, " ".join(str(error) for error in form.errors["change_reason"]))
            return HttpResponseRedirect(request.get_full_path())
        return super().delete_view(request, object_id, {**(extra_context or {}), "reason_form": form})

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        because(request.POST["change_reason"])
        super().delete_model(request, obj)

    def message_user(
        self, request: HttpRequest, message: Any, level: Any = messages.INFO, *rest: Any, **more: Any
    ) -> None:
        """Link the entry of the change log from what tells of the change."""
        if level == messages.SUCCESS:
            entry = ChangeSet.objects.filter(identity=current_act().identity).first()
            link = format_html('<a href="{}">{}</a>', entry.get_absolute_url(), entry) if entry else "Nothing differs."
            message = format_html("{} {}", message, link)
        super().message_user(request, message, level, *rest, **more)

    def response_post_save_add(self, request: HttpRequest, obj: Row) -> HttpResponseRedirect:
        return _back(request) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Row) -> HttpResponseRedirect:
        return _back(request) or super().response_post_save_change(request, obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        response = super().response_delete(request, obj_display, obj_id)
        return _back(request) or response

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show the versions of a row that can be seen now; the package would show those of any row."""
        refused = self._read(request, object_id)
        if refused is not None:
            return refused
        response: HttpResponse = super().history_view(request, object_id, extra_context)
        return response

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show one version; the package would write it back for everybody who may look at it."""
        refused = self._read(request, object_id)
        if refused is not None:
            return refused
        if not version_id.isdigit():
            raise Http404
        request.shows_the_past = True  # type: ignore[attr-defined]
        response: HttpResponse = super().history_form_view(request, object_id, version_id, extra_context)
        return response

    def revert_disabled(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return True

    def get_history_queryset(self, request: HttpRequest, history_manager: Any, pk_name: str, object_id: Any) -> Any:
        """Return the versions by the order of writing, whatever the clock said."""
        return history_manager.filter(**{pk_name: object_id}).select_related("change_set").order_by("-history_id")

    def set_history_delta_changes(self, request: HttpRequest, records: Any, foreign_keys_are_objs: bool = True) -> None:
        """Tell the differences in the words of the change log: names are those of the time, in one query."""
        keys = [record.history_id for record in records]
        rows = ChangeRow.objects.filter(model=self.opts.label_lower, history_id__in=keys, change_type="~")
        told = {row.history_id: row.fields for row in rows}
        for record in records:
            record.history_delta_changes = [
                {"field": item["label"], "old": item["before"] or "nothing", "new": item["after"] or "nothing"}
                for item in told.get(record.history_id, ())
            ]

    def _parts(self, request: HttpRequest, obj: Row | None) -> list[Part]:
        inlines = self.get_inline_instances(request, obj) if obj is not None else []
        return [(inline.model, inline.parent_column) for inline in inlines if isinstance(inline, RegisterInline)]

    def _read(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """Return the answer to somebody who wants to write, or None for those who read a row they can see."""
        if request.method not in SAFE:
            return HttpResponseNotAllowed(sorted(SAFE))
        if not unquote(object_id).isdigit() or not self.get_queryset(request).filter(pk=unquote(object_id)).exists():
            raise Http404
        return None


class RegisterInline(AnyInline):
    """Rows that are edited with the one they belong to, by those who may edit that one."""

    form = GuardedModelForm
    extra = 0

    @property
    def parent_column(self) -> str:
        """The column that names the row these belong to."""
        fields = self.model._meta.concrete_fields
        return str(next(field.attname for field in fields if field.related_model is self.parent_model))

    def has_view_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return self._parent.has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        parent = self._parent
        return parent.has_change_permission(request, obj) if obj else parent.has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return self.has_change_permission(request, obj)

    @property
    def _parent(self) -> AnyAdmin:
        return self.admin_site.get_model_admin(self.parent_model)


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]


def _is_past(request: HttpRequest) -> bool:
    return getattr(request, "shows_the_past", False)


def _back(request: HttpRequest) -> HttpResponseRedirect | None:
    """Return the way back to the page that sent its reader here, where it is one of ours."""
    wanted, here = request.GET.get("next", ""), request.get_host()
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={here}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted) if wanted and safe else None
