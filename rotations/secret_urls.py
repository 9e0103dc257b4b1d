"""Addresses of the inventory: the page of one secret shows its rotations, so it is added on this floor."""

from django.urls import path

from inventory.urls import urlpatterns as lists
from rotations import secret_pages

app_name = "inventory"
urlpatterns = [
    *lists,
    path("secrets/<str:environment>/<str:service>/<str:credential_type>/", secret_pages.secret, name="secret"),
]
