"""Addresses of the pages of the document and of evidence packs."""

from django.urls import URLPattern, path

from documents import evidence_pages, pages

app_name = "documents"
urlpatterns: list[URLPattern] = [
    path("document/", pages.document, name="document"),
    path("document.md", pages.markdown, name="markdown"),
    path("import/", pages.bring_in, name="import"),
    path("evidence/", evidence_pages.evidence, name="evidence"),
    path("evidence/<int:pk>/", evidence_pages.download, name="evidence_pack"),
]
