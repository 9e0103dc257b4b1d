"""Addresses of reminders: the page, and the answers to messages."""

from django.urls import URLPattern, path

from rotations import reminder_pages

urlpatterns: list[URLPattern] = [
    path("reminders/", reminder_pages.reminders, name="reminders"),
    path("reminders/quiet/", reminder_pages.quiet, name="quiet"),
    path("reminders/quiet/<int:pk>/end/", reminder_pages.end_quiet, name="end_quiet"),
    path("reminders/answer/<str:key>/", reminder_pages.answer, name="answer"),
]
