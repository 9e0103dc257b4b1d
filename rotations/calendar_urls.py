"""Addresses of calendars: the page that makes feeds, and the feeds themselves."""

from django.urls import URLPattern, path

from rotations import calendar_pages, feeds

urlpatterns: list[URLPattern] = [
    path("calendar/", calendar_pages.calendar, name="calendar"),
    path("calendar/feeds/<int:pk>/", calendar_pages.change, name="change_feed"),
    path("calendar/feeds/<int:pk>/reset/", calendar_pages.reset, name="reset_feed"),
    path("calendar/feeds/<int:pk>/revoke/", calendar_pages.revoke, name="revoke_feed"),
    path("calendar/<str:key>.ics", feeds.feed, name="feed"),
]
