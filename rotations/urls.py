"""Addresses of the rotations pages."""

from django.urls import URLPattern, URLResolver, include, path

from rotations import pages, plan_pages

app_name = "rotations"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("rotations/", pages.rotations, name="rotations"),
    path("rotations/record/", pages.record, name="record"),
    path("rotations/plan/", plan_pages.plan, name="plan"),
    path("rotations/<int:pk>/", pages.rotation, name="rotation"),
    path("rotations/items/<str:keys>/undo/", pages.undo, name="undo"),
    path("secrets/<str:environment>/<str:service>/<str:credential_type>/rotate/", pages.record_one, name="record_one"),
    path("", include("rotations.calendar_urls")),
]
