"""The admin of the document's own text."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import TextField

from audit.models import User
from audit.register_admin import RegisterAdmin, ShownOnlyAdmin
from documents.models import DocumentSection, EvidencePack
from documents.policies import may_edit_sections, may_make_evidence


@admin.register(DocumentSection)
class DocumentSectionAdmin(RegisterAdmin):
    """The prose of the document and the places of its tables."""

    removable = True
    list_display = ("position", "__str__", "kind", "level")
    list_display_links = ("__str__",)
    list_filter = ("kind",)
    search_fields = ("heading", "body")
    autocomplete_fields = ("environment", "secret_type")
    formfield_overrides = {TextField: {"widget": AdminTextareaWidget(attrs={"rows": 20})}}
    ordering = ("position", "pk")
    fieldsets = (
        (None, {"fields": ("heading", "level", "body", "is_tight", "position")}),
        ("What stands here", {"fields": ("kind", "environment", "secret_type")}),
    )

    def may_add(self, user: User) -> bool:
        return may_edit_sections(user)


@admin.register(EvidencePack)
class EvidencePackAdmin(ShownOnlyAdmin):
    """That evidence packs were made and taken away; they are made on their own page."""

    list_display = ("file_name", "purpose", "by_name", "at", "as_of", "sha256")
    list_filter = ("purpose",)
    search_fields = ("file_name", "by_name", "sha256")
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("file_name", "purpose", "by_name", "at", "through", "reason")}),
        (
            "What it is of",
            {"fields": ("as_of", "first_on", "last_on", "filter_words", "counts", "sha256", "chain_head")},
        ),
    )

    def may_view(self, user: User, row: EvidencePack | None = None) -> bool:
        return may_make_evidence(user)
