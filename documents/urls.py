"""Addresses of the pages of the document."""

from django.urls import URLPattern, path

from documents import pages

app_name = "documents"
urlpatterns: list[URLPattern] = [
    path("document/", pages.document, name="document"),
    path("document.md", pages.markdown, name="markdown"),
    path("import/", pages.bring_in, name="import"),
]
