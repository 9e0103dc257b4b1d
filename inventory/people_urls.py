"""Addresses of people, teams and the escalation path; they show what is owned, so they stand on this floor."""

from django.urls import path

from inventory import people_pages

app_name = "contacts"
urlpatterns = [
    path("people/", people_pages.people, name="people"),
    path("people/<int:pk>/", people_pages.person, name="person"),
    path("teams/<int:pk>/", people_pages.team, name="team"),
    path("escalation/", people_pages.escalation, name="escalation"),
]
