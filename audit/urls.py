"""Addresses of the audit pages."""

from django.urls import path

from audit import review_pages, views
from audit.middleware import without_role
from audit.preferences import preferences, sign_out_elsewhere

app_name = "audit"
urlpatterns = [
    path("changes/", views.changes, name="changes"),
    path("changes/<int:pk>/", views.change_set, name="change_set"),
    path("changes/reviewed/", review_pages.review, name="review"),
    path("changes/<int:pk>/reviewed/", review_pages.review_one, name="review_one"),
    path("changes/<int:pk>/object/", review_pages.object_to, name="object"),
    path("changes/<int:pk>/answer/", review_pages.answer, name="answer"),
    path("changes/<int:pk>/take-back/", review_pages.take_back, name="take_back"),
    path("preferences/", without_role(preferences), name="preferences"),
    path("preferences/sign-out-elsewhere/", without_role(sign_out_elsewhere), name="sign_out_elsewhere"),
]
