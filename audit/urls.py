"""Addresses of the audit pages."""

from django.urls import path

from audit import views
from audit.middleware import without_role
from audit.preferences import preferences

app_name = "audit"
urlpatterns = [
    path("changes/", views.changes, name="changes"),
    path("changes/<int:pk>/", views.change_set, name="change_set"),
    path("preferences/", without_role(preferences), name="preferences"),
]
