"""Addresses of the rotations pages."""

from django.urls import URLPattern, URLResolver, path

from rotations import calendar_urls, pages

app_name = "rotations"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    *calendar_urls.urlpatterns,
]
