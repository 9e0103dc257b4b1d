"""Addresses of the audit pages."""

from django.urls import path

from audit import views

app_name = "audit"
urlpatterns = [
    path("changes/", views.changes, name="changes"),
    path("changes/<int:pk>/", views.change_set, name="change_set"),
]
