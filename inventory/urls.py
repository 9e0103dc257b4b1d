"""Addresses of the inventory pages; that of one secret stands with its page, in rotations/secret_urls.py."""

from django.urls import URLPattern, path

from inventory import change_owner, csv_pages, pages

urlpatterns: list[URLPattern] = [
    path("secrets/", pages.secrets, name="secrets"),
    path("secrets.csv", pages.csv, name="csv"),
    path("secrets/change-owner/", change_owner.change_owner, name="change_owner"),
    path("secrets/import-csv/", csv_pages.import_page, name="import_csv"),
    path("search/", pages.search, name="search"),
]
