"""The contacts app."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """People, teams and titled roles, and how to reach them."""

    name = "contacts"
    verbose_name = "People and teams"
    default_auto_field = "django.db.models.BigAutoField"
