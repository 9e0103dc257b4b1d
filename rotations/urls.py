"""Addresses of the rotations pages."""

from django.urls import URLPattern, URLResolver, include, path

from rotations import mark_pages, new_pages, pages, plan_pages, rotation_pages

app_name = "rotations"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("rotations/", pages.rotations, name="rotations"),
    path("rotations/record/", pages.record, name="record"),
    path("rotations/plan/", plan_pages.plan, name="plan"),
    path("rotations/new/", new_pages.new, name="new"),
    path("rotations/<int:pk>/", rotation_pages.rotation, name="rotation"),
    path("rotations/<int:pk>/evidence.csv", rotation_pages.evidence, name="evidence"),
    path("rotations/<int:pk>/plan/", rotation_pages.plan, name="plan_for"),
    path("rotations/<int:pk>/complete/", rotation_pages.complete, name="complete"),
    path("rotations/<int:pk>/cancel/", rotation_pages.cancel, name="cancel"),
    path("rotations/<int:pk>/reopen/", rotation_pages.reopen, name="reopen"),
    path("rotations/<int:pk>/steps/", rotation_pages.add_step, name="add_step"),
    path("rotations/<int:pk>/notes/", rotation_pages.add_note, name="add_note"),
    path("rotations/<int:pk>/verify/", mark_pages.verify, name="verify"),
    path("rotations/<int:pk>/revoke/", mark_pages.revoke_old, name="revoke_old"),
    path("rotations/<int:pk>/set-aside/", mark_pages.set_aside, name="set_aside"),
    path("rotations/<int:pk>/put-back/", mark_pages.put_back, name="put_back"),
    path("rotations/<int:pk>/take-back/<str:mark>/", mark_pages.take_back, name="take_back"),
    path("rotations/steps/<int:pk>/tick/", rotation_pages.tick, name="tick"),
    path("rotations/steps/<int:pk>/remove/", rotation_pages.remove_step, name="remove_step"),
    path("rotations/steps/<int:pk>/move/", rotation_pages.move_clean_up, name="move_clean_up"),
    path("rotations/items/<str:keys>/undo/", pages.undo, name="undo"),
    path("secrets/<str:environment>/<str:service>/<str:credential_type>/rotate/", pages.record_one, name="record_one"),
    path("", include("rotations.calendar_urls")),
    path("", include("rotations.reminder_urls")),
]
